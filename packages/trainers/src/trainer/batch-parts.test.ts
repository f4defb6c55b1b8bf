import { expect, test } from 'vitest';
import { batchParts } from './batch-parts';

test('parts are the rows in order, the last part the rest, as views of the same values', () => {
  const batch = {
    size: 5,
    inputs: Float32Array.from({ length: 15 }, (_, i) => i),
    targets: Int32Array.of(10, 11, 12, 13, 14),
  };
  const parts = [...batchParts(batch, 2)];
  expect(parts.map(({ size, targets }) => [size, [...targets]])).toEqual([
    [2, [10, 11]],
    [2, [12, 13]],
    [1, [14]],
  ]);
  expect(parts.map(({ inputs }) => [...inputs])).toEqual([
    [0, 1, 2, 3, 4, 5],
    [6, 7, 8, 9, 10, 11],
    [12, 13, 14],
  ]);
  expect(parts[1]?.inputs.buffer).toBe(batch.inputs.buffer);
  expect([...batchParts(batch, 5)]).toEqual([batch]);
});

test('lengths are divided with their rows', () => {
  const batch = { size: 3, inputs: new Float32Array(6), targets: new Int32Array(3), lengths: Int32Array.of(2, 1, 0) };
  expect([...batchParts(batch, 2)].map(({ lengths }) => [...(lengths ?? [])])).toEqual([[2, 1], [0]]);
});
