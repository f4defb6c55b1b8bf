import '@rnn/cells/gradients';
import { add, getBackend, grad, grads, mul, profile, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { expect, test } from 'vitest';
import { joined, parts, rowsOf } from './parts';
import { registerParts } from './wasm/register-parts';

registerParts();

const shape = [4, 3, 5];
const drawn = (): Tensor => tensor(sequenceOf(60, 3), shape);
/** Where `[i, j, k]` of the shape lies. */
const at = (i: number, j: number, k: number): number => (i * 3 + j) * 5 + k;

const cases: readonly (readonly [axis: number, sizes: readonly number[]])[] = [
  [0, [1, 3]],
  [1, [2, 0, 1]],
  [2, [2, 3]],
  [2, [1, 1, 1, 1, 1]],
  [1, [3]],
];

test.each(cases)('along axis %i, in sizes %j, each part has its own values', (axis, sizes) => {
  const x = drawn();
  const values = x.dataSync();
  const made = expectNoLeak(() => tidy(() => parts(x, sizes, axis).map((part) => part.arraySync() as number[][][])));
  let begin = 0;
  for (const [n, size] of sizes.entries()) {
    const [I, J, K] = shape.map((length, a) => (a === axis ? size : length)) as [number, number, number];
    const offset = [0, 1, 2].map((a) => (a === axis ? begin : 0)) as [number, number, number];
    for (let i = 0; i < I; i++)
      for (let j = 0; j < J; j++)
        for (let k = 0; k < K; k++)
          expect(made[n]?.[i]?.[j]?.[k]).toBe(values[at(i + offset[0], j + offset[1], k + offset[2])]);
    begin += size;
  }
});

test.each(cases)('along axis %i, in sizes %j, a gradient goes back to where its part was', (axis, sizes) => {
  const x = drawn();
  const weights = sizes.map((_, n) => 10 ** n);
  const total = (input: Tensor) =>
    parts(input, sizes, axis)
      .map((part, n) => mul(part.size === 0 ? 0 : sum(part), weights[n] as number))
      .reduce((a, b) => add(a, b));
  const gradient = grad(total)(x).dataSync();
  const place = (index: number): number => {
    let begin = 0;
    return sizes.findIndex((size) => {
      begin += size;
      return index < begin;
    });
  };
  for (let i = 0; i < 4; i++)
    for (let j = 0; j < 3; j++)
      for (let k = 0; k < 5; k++) expect(gradient[at(i, j, k)]).toBe(weights[place([i, j, k][axis] as number)]);
});

test('the rows of integers are integers', () => {
  const rows = tidy(() =>
    rowsOf(tensor([1, 2, 3, 4, 5, 6], [3, 2], 'int32')).map((row) => [row.dtype, ...row.dataSync()]),
  );
  expect(rows).toEqual([
    ['int32', 1, 2],
    ['int32', 3, 4],
    ['int32', 5, 6],
  ]);
});

test('joined along the last axis, each has its share of the gradient', () => {
  const [a, b] = [tensor(sequenceOf(12, 1), [2, 3, 2]), tensor(sequenceOf(18, 2), [2, 3, 3])];
  const slopes = sequenceOf(30, 3);
  const [da, db] = grads((x: Tensor, y: Tensor) => sum(mul(joined([x, y], -1), tensor(slopes, [2, 3, 5]))))([a, b]);
  expect(tidy(() => joined([a, b], -1)).shape).toEqual([2, 3, 5]);
  const share = (from: number, to: number): number[] =>
    Array.from({ length: 6 }, (_, row) => [...slopes.slice(row * 5 + from, row * 5 + to)]).flat();
  expectClose(da as Tensor, share(0, 2));
  expectClose(db as Tensor, share(2, 5));
  expect(joined([a], -1)).toBe(a);
});

test('on wasm no part is sliced by TensorFlow.js, which would copy the whole for it', async () => {
  const x = drawn();
  const { kernels } = await profile(() => {
    const made = [...parts(x, [2, 3], 2), ...rowsOf(x)];
    return made[0] as Tensor;
  });
  const names = new Set(kernels.map(({ name }) => name));
  expect(names.has('RnnParts')).toBe(getBackend() === 'wasm');
  expect(names.has('SplitV')).toBe(getBackend() !== 'wasm');
});
