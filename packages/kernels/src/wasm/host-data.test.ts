import { getBackend, tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { numbersOf } from './host-data';

test("a tensor's numbers are read from where they lie: on wasm and cpu a second look copies nothing", () => {
  const given = tensor([
    [1, 2, 3],
    [4, Number.NaN, -0],
  ]);
  const numbers = numbersOf(given);
  expect([...numbers]).toEqual([1, 2, 3, 4, Number.NaN, -0]);
  const copies = numbersOf(given).buffer !== numbers.buffer;
  if (['wasm', 'cpu'].includes(getBackend())) expect(copies).toBe(false);
  expect([...numbersOf(tensor([]))]).toEqual([]);
});
