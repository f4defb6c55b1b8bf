import type { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Fails unless two tensors have one shape and the same values, NaN where the other has NaN. */
export function expectSameBits(got: Tensor, want: Tensor, what: string): void {
  expect(got.shape, what).toEqual(want.shape);
  expect([...got.dataSync()], what).toEqual([...want.dataSync()]);
}
