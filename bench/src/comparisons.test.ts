import { expect, it } from 'vitest';
import { chooseComparisons } from './bench';
import { comparisonsOn, tiny } from './comparisons';

const rows = comparisonsOn('wasm');
const titles = (only: string): string[] => chooseComparisons(rows, only).map(({ title }) => title);

it('times the rows of docs/performance.md, each under a title of its own', () => {
  expect(titles('')).toEqual([
    'train LSTM 128, 28, 28, 128',
    'train GRU 128, 28, 28, 128',
    'train LSTM 128, 28, 28, 128, 3 layers',
    'train LSTM 128, 28, 28, 128, bidirectional',
    'train LSTM 32, 10, 1, 30, 2 layers',
    'train LSTM 64, 200, 64, 256',
    'infer LSTM 1, 28, 28, 128',
    'infer LSTM 128, 28, 28, 128',
    'fused or stock operations: train LSTM 128, 28, 28, 128',
    'threads: train LSTM 128, 28, 28, 128',
    'SIMD: train LSTM 128, 28, 28, 128',
    'memory: train LSTM 16, 4000, 64, 128',
  ]);
});

it('has a bar in every row beside peers, and none between settings of this library', () => {
  for (const { title, variants, bars } of rows)
    expect(bars?.PyTorch, title).toEqual(variants === undefined ? expect.any(Number) : undefined);
});

it('chooses by part of a title, in any case, and names the titles where none fits', () => {
  expect(titles('gru')).toEqual(['train GRU 128, 28, 28, 128']);
  expect(titles('SIMD').length).toBe(1);
  expect(() => titles('webgpu')).toThrow(
    "bench: expected part of a title after --only, got 'webgpu'. The titles are:\n  train LSTM 128, 28, 28, 128\n",
  );
});

it('has the rows beside peers on every backend, and of its own settings there what is fused', () => {
  for (const backend of ['tensorflow', 'webgpu', 'cpu'] as const)
    expect(comparisonsOn(backend).map(({ title }) => title)).toEqual(titles('').slice(0, 9));
});

it('has the bar of tensorflow there, and elsewhere none: they were set on wasm', () => {
  expect(comparisonsOn('tensorflow').map(({ bars }) => bars)).toEqual([{ 'tf.layers': 0.2 }, ...new Array(8)]);
  expect(comparisonsOn('webgpu').map(({ bars }) => bars)).toEqual(new Array(9));
});

it('can be tiny, without bars, under titles that say so', () => {
  const small = comparisonsOn('webgpu').map(tiny);
  expect(small.map(({ title }) => title)).toEqual([
    'train LSTM 4, 4, 4, 4',
    'train GRU 4, 4, 4, 4',
    'train LSTM 4, 4, 4, 4, 3 layers',
    'train LSTM 4, 4, 4, 4, bidirectional',
    'train LSTM 4, 4, 1, 4, 2 layers',
    'train LSTM 4, 4, 4, 4',
    'infer LSTM 1, 4, 4, 4',
    'infer LSTM 4, 4, 4, 4',
    'fused or stock operations: train LSTM 4, 4, 4, 4',
  ]);
  expect(small[2]?.workload).toMatchObject({ batch: 4, time: 4, input: 4, hidden: 4, layers: 3 });
  expect(small.filter(({ bars }) => bars)).toEqual([]);
});
