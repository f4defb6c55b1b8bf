import { copyRegisteredKernels, findBackend, getBackend, registerBackend, setBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll } from 'vitest';

/** The name of a backend for which nothing registers a fused kernel. */
export const toyBackend = 'toy';

/** The tests of the enclosing block run on `toyBackend`, which is the backend in use under another name. */
export function onToyBackend(): void {
  let inUse = '';
  beforeAll(async () => {
    inUse = getBackend();
    if (findBackend(toyBackend) === null) {
      const made = findBackend(inUse);
      registerBackend(toyBackend, () => made);
      copyRegisteredKernels(inUse, toyBackend);
    }
    await setBackend(toyBackend);
  });
  afterAll(async () => {
    await setBackend(inUse);
  });
}
