import { backend, getBackend, setBackend, tensor, zeros } from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { makeTensor, numbersOf } from './host-data';

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

test('those of a tensor of another backend come over, also where the memory has to grow for them', async () => {
  const here = getBackend();
  await setBackend('cpu');
  const given = Array.from({ length: 6 }, (_, k) => tensor(new Float32Array(4_000_000).fill(k)));
  await setBackend(here);
  for (const [k, large] of given.entries()) {
    const numbers = numbersOf(large);
    expect([numbers.length, numbers[0], numbers.at(-1)]).toEqual([4_000_000, k, k]);
    large.dispose();
  }
});

test('other dtypes are told', () => {
  expect(() => numbersOf(zeros([2], 'int32'))).toThrow(
    'numbersOf: expected a float32 tensor, got int32. Cast it first.',
  );
});

test('a tensor that the memory has no room for is told, and leaves nothing', () => {
  const wasm = backend() as unknown as { wasm: { _malloc(bytes: number): number } };
  const before = backend().numDataIds();
  vi.spyOn(wasm.wasm, '_malloc').mockReturnValue(0);
  try {
    expect(() => makeTensor(backend(), [3, 5], 'float32')).toThrow(
      'wasm: expected room for a tensor of 15 numbers in the memory of TensorFlow.js, got none',
    );
  } finally {
    vi.restoreAllMocks();
  }
  expect(backend().numDataIds()).toBe(before);
});
