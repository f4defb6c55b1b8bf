import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { skipN } from 'pure-rand/utils/skipN';

/** Draws thrown away, since generators started from neighbouring states begin alike. */
const WARM_UP = 64;

/** What draws from a generator, so that each use of one seed and epoch draws numbers of its own. */
const streams = { order: 0x9e3779b9, changes: 0x7f4a7c15 };

/** A generator of random numbers that depend on the seed, the epoch and their use alone. */
export function seededGenerator(seed: number, epoch: number, use: keyof typeof streams): RandomGenerator {
  const generator = xoroshiro128plusFromState([seed | 0, Math.floor(seed / 2 ** 32), epoch | 0, streams[use] | 0]);
  skipN(generator, WARM_UP);
  return generator;
}
