import { expect, it } from 'vitest';
import { chooseComparisons } from './bench';
import { comparisons } from './comparisons';

const titles = (only: string): string[] => chooseComparisons(only).map(({ title }) => title);

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
    'engine or stock operations: train LSTM 128, 28, 28, 128',
    'threads: train LSTM 128, 28, 28, 128',
    'SIMD: train LSTM 128, 28, 28, 128',
    'memory: train LSTM 16, 4000, 64, 128',
  ]);
});

it('has a bar in every row beside peers, and none between settings of this library', () => {
  for (const { title, variants, bars } of comparisons)
    expect(bars?.PyTorch, title).toEqual(variants === undefined ? expect.any(Number) : undefined);
});

it('chooses by part of a title, in any case, and names the titles where none fits', () => {
  expect(titles('gru')).toEqual(['train GRU 128, 28, 28, 128']);
  expect(titles('SIMD').length).toBe(1);
  expect(() => titles('webgpu')).toThrow(
    "bench: expected part of a title after --only, got 'webgpu'. The titles are:\n  train LSTM 128, 28, 28, 128\n",
  );
});
