import type { Random } from './random';

/** Row-major factors for a tensor of this shape: `value` for the share that is kept, 0 for the rest. By default those of dropout, 1 / keepProb. */
export function dropoutMask(
  shape: readonly number[],
  keepProb: number,
  random: Random,
  value: number = 1 / keepProb,
): Float32Array {
  const size = shape.reduce((product, n) => product * n, 1);
  return Float32Array.from({ length: size }, () => (random.uniform() < keepProb ? value : 0));
}
