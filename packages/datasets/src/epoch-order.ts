import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { seededGenerator } from './seeded-generator';

/**
 * The order in which epoch `epoch` visits `size` examples: a Fisher-Yates shuffle that depends on `seed` and `epoch` alone,
 * so that a run taken up again in the middle sees what it would have seen.
 */
export function epochOrder(size: number, seed: number, epoch: number): Uint32Array {
  const generator = seededGenerator(seed, epoch, 'order');
  const order = Uint32Array.from({ length: size }, (_, row) => row);
  for (let last = size - 1; last > 0; last--) {
    const other = uniformInt(generator, 0, last);
    const row = order[last] as number;
    order[last] = order[other] as number;
    order[other] = row;
  }
  return order;
}
