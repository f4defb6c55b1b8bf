import type { Random } from './random';

/** The factors of dropout for a tensor of this shape, row-major: 1 / keepProb for the share that is kept, 0 for the rest. */
export function dropoutMask(shape: readonly number[], keepProb: number, random: Random): Float32Array {
  const size = shape.reduce((product, n) => product * n, 1);
  return Float32Array.from({ length: size }, () => (random.uniform() < keepProb ? 1 / keepProb : 0));
}
