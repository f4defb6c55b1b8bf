import { DatasetError } from './dataset-error';

/** The seed given, which must be an integer from 0 to 2^53 - 1; without one, a random seed of 32 bits. */
export function chooseSeed(where: string, seed?: number): number {
  if (seed === undefined) return crypto.getRandomValues(new Uint32Array(1))[0] as number;
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new DatasetError({ where, expected: 'seed to be an integer from 0 to 2^53 - 1', got: `${seed}` });
}
