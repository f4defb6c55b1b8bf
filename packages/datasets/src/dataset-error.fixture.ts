import { expect } from 'vitest';

/** For `toThrow`: a DatasetError that says exactly this. */
export const saying = (message: string): unknown => expect.objectContaining({ name: 'DatasetError', message });
