import type { Tensor } from '@tensorflow/tfjs-core';
import { relativeError } from 'testing/relative-error';
import type { Values } from './golden-case';

/** A tensor that was computed, beside what it should hold. */
export interface Comparison {
  readonly what: string;
  readonly got: Tensor;
  readonly want: Values;
  /** The largest difference allowed, as a share of the largest magnitude, or of `scale`. */
  readonly bound: number;
  readonly scale?: number;
}

/** What is wrong, one sentence each. Waits for the numbers: WebGPU cannot give them at once. */
export async function faultsOf(comparisons: readonly Comparison[]): Promise<string[]> {
  const faults = await Promise.all(
    comparisons.map(async ({ what, got, want, bound, scale }) => {
      if (got.shape.join() !== want.shape.join()) return [`${what}: want shape [${want.shape}], got [${got.shape}]`];
      const values = await got.data();
      const error =
        scale === undefined
          ? relativeError(values, want.data)
          : Math.abs((values[0] as number) - (want.data[0] as number)) / scale;
      if (error <= bound) return [];
      return [`${what}: differs by ${error.toExponential(2)} of the largest magnitude, more than ${bound}`];
    }),
  );
  return faults.flat();
}
