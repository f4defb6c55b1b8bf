import { expect, test } from 'vitest';
import { mayBeWide, paysWide } from './simd';

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

test.each([
  ['Node 20', '11.3.244.8-node.38', false],
  ['Node 22', '12.4.254.21-node.33', false],
  ['Node 24', '13.6.233.17-node.49', true],
  ['Node 25', '14.1.146.11-node.25', false],
  ['Node 26', '14.6.202.34-node.34', false],
])('256 bits are tried on %s, V8 %s: %j', (_, v8, tried) => {
  const versions = { ...process.versions, v8 };
  expect(mayBeWide({ arch: 'x64', versions })).toBe(tried);
  expect(mayBeWide({ arch: 'arm64', versions })).toBe(false);
});
