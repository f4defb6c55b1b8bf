import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { skipN } from 'pure-rand/utils/skipN';

/** Draws thrown away, since generators started from neighbouring states begin alike. */
const WARM_UP = 64;

/**
 * The order in which epoch `epoch` visits `size` examples: a Fisher-Yates shuffle that depends on `seed` and `epoch` alone,
 * so that a run taken up again in the middle sees what it would have seen.
 */
export function epochOrder(size: number, seed: number, epoch: number): Uint32Array {
  const generator = xoroshiro128plusFromState([seed | 0, Math.floor(seed / 2 ** 32), epoch | 0, 0x9e3779b9 | 0]);
  skipN(generator, WARM_UP);
  const order = Uint32Array.from({ length: size }, (_, row) => row);
  for (let last = size - 1; last > 0; last--) {
    const other = uniformInt(generator, 0, last);
    const row = order[last] as number;
    order[last] = order[other] as number;
    order[other] = row;
  }
  return order;
}
