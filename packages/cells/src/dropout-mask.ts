import type { Random } from './random';
import { countOf } from './tensor-shape';

/** Row-major factors for a tensor of this shape: `value` for the share that is kept, 0 for the rest. By default those of dropout, 1 / keepProb. */
export function dropoutMask(
  shape: readonly number[],
  keepProb: number,
  random: Random,
  value: number = 1 / keepProb,
): Float32Array {
  return Float32Array.from({ length: countOf(shape) }, () => (random.uniform() < keepProb ? value : 0));
}
