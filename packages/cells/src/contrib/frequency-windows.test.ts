import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { cutWindows, type FrequencyWindowsOptions } from './frequency-windows';

/** Two rows of inputs that tell their place, from 1 on. */
const x = () => tensor2d([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60], [2, 6]);
const cut = (options: FrequencyWindowsOptions, offset?: number): number[][][] =>
  cutWindows(x(), options, offset).map((windows) => windows.map((window: Tensor2D) => [...window.dataSync()]));

describe('cutWindows', () => {
  it('cuts windows of every row, each a skip further', () => {
    expect(cut({ numFrequencyBlocks: [2], featureSize: 3, frequencySkip: 2 })).toEqual([
      [
        [1, 2, 3, 10, 20, 30],
        [3, 4, 5, 30, 40, 50],
      ],
    ]);
  });

  it('starts those of each block where its range starts', () => {
    const lists = { startFreqindexList: [4, 0], endFreqindexList: [6, 2] };
    expect(cut({ numFrequencyBlocks: [1, 2], featureSize: 1, frequencySkip: 1, ...lists })).toEqual([
      [[5, 50]],
      [
        [1, 10],
        [2, 20],
      ],
    ]);
  });

  it.each([
    [1, [3, 4, 5, 30, 40, 50], [5, 6, 0, 50, 60, 0]],
    [-2, [0, 1, 2, 0, 10, 20], [2, 3, 4, 20, 30, 40]],
    [-7, [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]],
  ])('moves all of them by %d, with zeros for what lies outside', (offset, first, second) => {
    const options = { numFrequencyBlocks: [2], featureSize: 3, frequencySkip: 2 };
    const from = { startFreqindexList: [1], endFreqindexList: [6] };
    expect(cut({ ...options, ...from }, offset)).toEqual([[first, second]]);
  });
});
