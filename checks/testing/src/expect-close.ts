import { getBackend, Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { relativeError } from './relative-error';
import { tolerance } from './tolerance';

/** Fails unless `got` equals the float64 values `want` within the bound of the backend in use, or within `bound`. A tensor's shape is the caller's to check. */
export function expectClose(
  got: Tensor | ArrayLike<number>,
  want: ArrayLike<number>,
  bound = tolerance(getBackend()).forward,
): void {
  const values = got instanceof Tensor ? got.dataSync() : got;
  const error = relativeError(values, want);
  if (error > bound) {
    expect.fail(
      `differs by ${error} of the largest magnitude, more than ${bound}: got ${show(values)}, want ${show(want)}`,
    );
  }
  expect(error).toBeLessThanOrEqual(bound);
}

function show(values: ArrayLike<number>): string {
  const first = Array.from({ length: Math.min(values.length, 8) }, (_, i) => (values[i] as number).toPrecision(7));
  return `[${first.join(', ')}${values.length > 8 ? ', …' : ''}]`;
}
