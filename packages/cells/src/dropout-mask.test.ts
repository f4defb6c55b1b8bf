import { describe, expect, it } from 'vitest';
import { dropoutMask } from './dropout-mask';
import { Random } from './random';

describe('dropoutMask', () => {
  it.each([0.2, 0.5, 0.8])('keeps a share near %d and scales it by its inverse', (keepProb) => {
    const mask = [...dropoutMask([50, 40], keepProb, new Random(1))];
    const kept = mask.filter((factor) => factor !== 0);
    expect(mask).toHaveLength(2000);
    expect(new Set(kept)).toEqual(new Set([Math.fround(1 / keepProb)]));
    const spread = Math.sqrt((keepProb * (1 - keepProb)) / mask.length);
    expect(Math.abs(kept.length / mask.length - keepProb)).toBeLessThan(4 * spread);
  });

  it('has the value that it is given where it keeps', () => {
    expect(new Set(dropoutMask([50, 40], 0.3, new Random(1), 1))).toEqual(new Set([0, 1]));
  });

  it('follows from its generator, and takes another mask from it each time', () => {
    const [one, same] = [new Random(3), new Random(3)];
    const [first, second] = [dropoutMask([5, 8], 0.5, one), dropoutMask([5, 8], 0.5, one)];
    expect(dropoutMask([5, 8], 0.5, same)).toEqual(first);
    expect(second).not.toEqual(first);
  });
});
