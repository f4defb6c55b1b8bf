import '@tensorflow/tfjs-backend-cpu';
import { scalar, tensor1d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  alongDirections,
  centralDifferences,
  expectClose,
  expectNoLeak,
  expectNoLeakAsync,
  sequenceOf,
  slopesAlongDirections,
  tolerance,
} from './index';

describe('the helpers of the tests notice what they are for', () => {
  it('expectClose takes what lies within the bound of the backend, and nothing further', () => {
    expectClose(tensor1d([1, 2]), [1, 2 + 1e-5]);
    expect(() => expectClose([1, 2], [1, 2 + 3e-5])).toThrow(
      /differs by 0\.0000149\d* of the largest magnitude, more than 0\.00001/,
    );
  });

  it('expectNoLeak frees what is returned and fails for a tensor that is left', () => {
    expect(() => expectNoLeak(() => scalar(1))).not.toThrow();
    expect(() =>
      expectNoLeak(() => {
        scalar(1);
        return scalar(2);
      }),
    ).toThrow('live tensors');
  });

  it('expectNoLeak passes an error on, unless a tensor is left', () => {
    const fail = (): never => {
      throw new Error('as meant');
    };
    expect(() => expectNoLeak(fail)).toThrow('as meant');
    expect(() => expectNoLeak(() => [scalar(1), fail()])).toThrow('live tensors');
  });

  it('expectNoLeakAsync does so for a call that ends later', async () => {
    await expectNoLeakAsync(async () => scalar(1));
    const leak = async (): Promise<void> => {
      scalar(1);
    };
    await expect(expectNoLeakAsync(leak)).rejects.toThrow('live tensors');
  });

  it('centralDifferences is the gradient of a cubic to h²', () => {
    const [a, b] = centralDifferences((x) => (x[0] as number) ** 3 + 2 * (x[1] as number), [2, 5]);
    expect(a).toBeCloseTo(12 + 1 / 64 ** 2, 4);
    expect(b).toBeCloseTo(2, 4);
  });

  it('slopes along directions are those of the gradient, and of none that is wrong in one entry', () => {
    const x = sequenceOf(40, 1);
    const cubes = (x: Float32Array) => x.reduce((total, entry) => total + entry ** 3, 0);
    const gradient = x.map((entry) => 3 * entry ** 2);
    const slopes = slopesAlongDirections(cubes, x);
    expect(new Set(slopes).size).toBe(4);
    expectClose(alongDirections(gradient), slopes, 1e-4);
    for (const k of gradient.keys()) {
      const wrong = gradient.map((entry, i) => (i === k ? entry + 0.1 : entry));
      expect(() => expectClose(alongDirections(wrong), slopes, 1e-3), `entry ${k}`).toThrow('differs by');
    }
  });

  it('sequenceOf gives float32 numbers in (-1, 1) that follow from the seed', () => {
    const values = sequenceOf(500, 3);
    expect(Array.from(Float32Array.from(values))).toEqual(values);
    expect(Math.max(...values.map(Math.abs))).toBeLessThan(1);
    expect(new Set(values).size).toBeGreaterThan(400);
    expect(sequenceOf(500, 3)).toEqual(values);
    expect(sequenceOf(500, 4)).not.toEqual(values);
  });

  it('a backend without a bound is an error', () => {
    expect(() => tolerance('abacus')).toThrow("tolerance: no bound is set for the backend 'abacus'");
  });
});
