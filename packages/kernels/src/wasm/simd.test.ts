import { expect, test } from 'vitest';
import { paysWide } from './simd';

/** A tile that takes as long as this by a clock of its own; now and then something stands in its way. */
function timed(milliseconds: Record<number, number>): boolean {
  let [time, calls] = [0, 0];
  const repeatTile = (panels: number): void => {
    time += (milliseconds[panels] as number) + (calls++ % 3 === 0 ? 50 : 0);
  };
  return paysWide(repeatTile, 0, () => time);
}

test('a tile of two panels pays where it takes less time than two tiles of one', () => {
  expect(timed({ 1: 2, 2: 3.9 })).toBe(true);
  expect(timed({ 1: 2, 2: 2 })).toBe(true);
  expect(timed({ 1: 2, 2: 4 })).toBe(false);
  expect(timed({ 1: 2, 2: 6 })).toBe(false);
});
