import { describe, expect, it } from 'vitest';
import { Random } from '../random';
import {
  constant,
  glorotUniform,
  type Initializer,
  ones,
  randomNormal,
  randomUniform,
  truncatedNormal,
  zeros,
} from './initializers';

const shape = [100, 200];
const n = 20_000;
const make = (initializer: Initializer, of: readonly number[] = shape, seed = 1) =>
  Array.from(initializer(of, new Random(seed, 'a variable')));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean and variance within five standard deviations of their estimates; `kurtosis` is E(x - mean)⁴ / variance². */
function expectDistribution(
  values: readonly number[],
  want: { mean: number; variance: number; kurtosis: number },
): void {
  const variance = mean(values.map((value) => (value - want.mean) ** 2));
  expect(Math.abs(mean(values) - want.mean)).toBeLessThan(5 * Math.sqrt(want.variance / n));
  expect(Math.abs(variance / want.variance - 1)).toBeLessThan(5 * Math.sqrt((want.kurtosis - 1) / n));
}

describe('initializers', () => {
  it('fill with one number', () => {
    expect(make(zeros(), [2, 2])).toEqual([0, 0, 0, 0]);
    expect(make(ones(), [3])).toEqual([1, 1, 1]);
    expect(make(constant(0.25), [2])).toEqual([0.25, 0.25]);
    expect(make(constant(0.25), [])).toEqual([0.25]);
  });

  it('draw uniformly between bounds, by default from 0 to 1', () => {
    const values = make(randomUniform({ minval: -2, maxval: 4 }));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...values)).toBeLessThanOrEqual(4);
    expectDistribution(values, { mean: 1, variance: 36 / 12, kurtosis: 9 / 5 });
    expectDistribution(make(randomUniform()), { mean: 0.5, variance: 1 / 12, kurtosis: 9 / 5 });
  });

  it('draw from a normal distribution, by default of mean 0 and deviation 1', () => {
    expectDistribution(make(randomNormal({ mean: 3, stddev: 0.5 })), { mean: 3, variance: 0.25, kurtosis: 3 });
    expectDistribution(make(randomNormal()), { mean: 0, variance: 1, kurtosis: 3 });
  });

  it('draw from a normal distribution cut at two deviations', () => {
    const values = make(truncatedNormal({ mean: 3, stddev: 0.5 }));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...values)).toBeLessThanOrEqual(4);
    expect(Math.max(...values)).toBeGreaterThan(3.95);
    // With φ the density and Z = 0.9545 the share within ±2: variance 1 - 4φ(2) / Z, fourth moment 3 - (2·2³ + 6·2) φ(2) / Z.
    const ratio = Math.exp(-2) / Math.sqrt(2 * Math.PI) / 0.954499736103642;
    const variance = 1 - 4 * ratio;
    const kurtosis = (3 - 28 * ratio) / variance ** 2;
    expectDistribution(values, { mean: 3, variance: variance / 4, kurtosis });
    expectDistribution(make(truncatedNormal()), { mean: 0, variance, kurtosis });
  });

  it.each([
    [[100, 200], 6 / 300],
    [[200], 6 / 400],
    [[5, 10, 20], 6 / (5 * 30)],
    [[], 3],
  ])('glorotUniform keeps to its limit for shape %o', (of, square) => {
    const values = make(glorotUniform(), of);
    expect(values).toHaveLength(of.reduce((product, size) => product * size, 1));
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(square));
    if (of.length === 2) expectDistribution(values, { mean: 0, variance: square / 3, kurtosis: 9 / 5 });
  });

  it.each([randomUniform, randomNormal, truncatedNormal, glorotUniform])(
    '%o follows its seed before its store',
    (of) => {
      expect(make(of(), [5], 1)).toEqual(make(of(), [5], 1));
      expect(make(of(), [5], 2)).not.toEqual(make(of(), [5], 1));
      expect(make(of({ seed: 3 }), [5], 2)).toEqual(make(of({ seed: 3 }), [5], 1));
      expect(make(of({ seed: 4 }), [5])).not.toEqual(make(of({ seed: 3 }), [5]));
    },
  );
});
