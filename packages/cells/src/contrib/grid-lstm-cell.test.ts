import { describe, expect, it } from 'vitest';
import { LSTMStateTuple } from '../state';
import { checkStep, type RowStep } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import type { Row } from '../testing/float64';
import { gridWalk, type Pair } from '../testing/grid-walk';
import { constant } from '../weights/initializers';
import { GridLSTMCell, type GridLSTMCellOptions } from './grid-lstm-cell';

type Options = GridLSTMCellOptions<true>;

/** The parts of a state, c and m in turn, in pairs. */
const pairs = (parts: readonly Row[]): Pair[] =>
  Array.from({ length: parts.length / 2 }, (_, k) => ({ c: parts[2 * k] as Row, m: parts[2 * k + 1] as Row }));

const stepWith =
  (options: Options): RowStep =>
  (x, parts, weights) => {
    const { numFrequencyBlocks: counts, featureSize, frequencySkip, startFreqindexList: starts } = options;
    const results = counts.flatMap((count, b) => {
      const first = counts.slice(0, b).reduce((sum, n) => sum + n, 0);
      const windows = Array.from({ length: count }, (_, k) => {
        const from = (starts?.[b] ?? 0) + k * frequencySkip;
        return x.slice(from, from + featureSize);
      });
      return gridWalk(windows, pairs(parts).slice(first, first + count), weights, { scope: '', b }, options);
    });
    return {
      output: results.flatMap(({ time, freq }) => [...time.m, ...freq.m]),
      state: results.flatMap(({ time }) => [time.c, time.m]),
    };
  };

const one = { numFrequencyBlocks: [3], featureSize: 3, frequencySkip: 2 };
/** Three windows of the first five inputs, and two of the last four, which begin before those end. */
const two = {
  ...{ numFrequencyBlocks: [3, 2], featureSize: 2, frequencySkip: 1 },
  ...{ startFreqindexList: [0, 3], endFreqindexList: [4, 6] },
};
const sizes = { inputSize: 7, batchSize: 2 };
const shapesOf = (cell: GridLSTMCell) => [...cell.variables].map(([name, { shape }]) => [name, shape]);

describe('GridLSTMCell', () => {
  it.each<[string, Options]>([
    ['nothing more', one],
    ['one window', { numFrequencyBlocks: [1], featureSize: 5, frequencySkip: 3 }],
    ['windows with inputs between them', { numFrequencyBlocks: [2], featureSize: 1, frequencySkip: 4 }],
    ['two blocks', two],
    [
      'a block that is not the first inputs',
      { ...two, numFrequencyBlocks: [2], startFreqindexList: [3], endFreqindexList: [6] },
    ],
    ['peepholes', { ...one, usePeepholes: true }],
    ['peepholes in two blocks', { ...two, usePeepholes: true }],
    ['shared weights', { ...one, shareTimeFrequencyWeights: true }],
    ['shared weights and peepholes', { ...two, shareTimeFrequencyWeights: true, usePeepholes: true }],
    ['coupled gates', { ...one, coupleInputForgetGates: true, forgetBias: 3 }],
    ['coupled gates and peepholes', { ...one, coupleInputForgetGates: true, usePeepholes: true }],
    ['a forget bias', { ...one, forgetBias: -0.5 }],
    ['a cell clip', { ...one, cellClip: 0.3 }],
    ['shards', { ...one, numUnitShards: 3 }],
    [
      'everything',
      {
        ...two,
        shareTimeFrequencyWeights: true,
        coupleInputForgetGates: true,
        usePeepholes: true,
        cellClip: 0.4,
        numUnitShards: 2,
      },
    ],
  ])('is one step of its equations with %s, and so are its gradients', (_, options) => {
    checkStep(new GridLSTMCell(2, options), sizes, stepWith(options));
  });

  it.each([
    ['one block', one],
    ['two blocks, each of which starts from the pairs of the first', two],
  ])('holds its pairs in one tensor with stateIsTuple: false, with %s', (_, options) => {
    const H = 2;
    const cell = new GridLSTMCell(H, { ...options, stateIsTuple: false });
    const total = options.numFrequencyBlocks.reduce((sum, count) => sum + count, 0);
    expect([cell.stateSize, cell.outputSize]).toEqual([2 * total * H, 2 * total * H]);
    checkStep(cell, sizes, (x, [joined = []], weights) => {
      const parts = Array.from({ length: 2 * total }, (_, k) => joined.slice(k * H, (k + 1) * H));
      const read = options.numFrequencyBlocks.flatMap((count) => parts.slice(0, 2 * count));
      const { output, state } = stepWith(options)(x, read, weights);
      return { output, state: [state.flat()] };
    });
  });

  it('has a pair of state and two outputs for each window', () => {
    const { stateSize, outputSize } = new GridLSTMCell(3, two);
    expect([stateSize, outputSize]).toEqual([Array.from({ length: 5 }, () => new LSTMStateTuple(3, 3)), 30]);
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const diagonals = (axis: string, b: number) =>
      ['F', 'I', 'O'].flatMap((gate) =>
        ['f', 't'].map((from) => [`grid_lstm_cell/W_${gate}_diag_${axis}${from}_${b}`, [3]]),
      );
    const block = (b: number) => [
      [`grid_lstm_cell/W_f_${b}_0`, [8, 12]],
      [`grid_lstm_cell/B_f_${b}`, [12]],
      [`grid_lstm_cell/W_t_${b}_0`, [8, 12]],
      [`grid_lstm_cell/B_t_${b}`, [12]],
      ...diagonals('freq', b),
      ...diagonals('time', b),
    ];
    const cell = new GridLSTMCell(3, { ...two, usePeepholes: true, inputSize: 6 });
    expect(shapesOf(cell)).toEqual([...block(0), ...block(1)]);
  });

  it('makes fewer where gates are coupled and weights are shared, and more where they come in shards', () => {
    const options = { ...one, usePeepholes: true, inputSize: 8 };
    const few = new GridLSTMCell(2, { ...options, coupleInputForgetGates: true, shareTimeFrequencyWeights: true });
    expect(shapesOf(few)).toEqual([
      ['grid_lstm_cell/W_f_0_0', [7, 6]],
      ['grid_lstm_cell/B_f_0', [6]],
      ['grid_lstm_cell/W_I_diag_freqf_0', [2]],
      ['grid_lstm_cell/W_I_diag_freqt_0', [2]],
      ['grid_lstm_cell/W_O_diag_freqf_0', [2]],
      ['grid_lstm_cell/W_O_diag_freqt_0', [2]],
    ]);
    expect(shapesOf(new GridLSTMCell(2, { ...one, numUnitShards: 3, inputSize: 7 }))).toEqual([
      ['grid_lstm_cell/W_f_0_0', [3, 8]],
      ['grid_lstm_cell/W_f_0_1', [2, 8]],
      ['grid_lstm_cell/W_f_0_2', [2, 8]],
      ['grid_lstm_cell/B_f_0', [8]],
      ['grid_lstm_cell/W_t_0_0', [3, 8]],
      ['grid_lstm_cell/W_t_0_1', [2, 8]],
      ['grid_lstm_cell/W_t_0_2', [2, 8]],
      ['grid_lstm_cell/B_t_0', [8]],
    ]);
  });

  it('initialises kernels and peepholes by its initializer, biases by zeros', () => {
    const options = { ...two, usePeepholes: true, numUnitShards: 2, initializer: constant(0.5), inputSize: 6 };
    for (const [name, weight] of new GridLSTMCell(2, options).variables) {
      expect([name, ...new Set(weight.dataSync())]).toEqual([name, name.includes('/B_') ? 0 : 0.5]);
    }
  });

  it.each<[Record<string, unknown>, string]>([
    [{ featureSize: undefined }, 'expected featureSize to be a positive integer, got undefined'],
    [{ frequencySkip: 0 }, 'expected frequencySkip to be a positive integer, got 0'],
    [{ numFrequencyBlocks: undefined }, 'expected numFrequencyBlocks to be a list of numbers, got undefined'],
    [{ numFrequencyBlocks: [] }, 'expected numFrequencyBlocks to be a list of numbers, got an array'],
    [{ numFrequencyBlocks: [1.5] }, 'expected numFrequencyBlocks[0] to be a positive integer, got 1.5'],
    [
      { numFrequencyBlocks: [2, 1] },
      'expected one block without lists, got 2. Say by startFreqindexList and endFreqindexList which inputs each block has.',
    ],
    [
      { startFreqindexList: [0] },
      'expected endFreqindexList to have a whole number of at least 0 for each of 1 blocks, got undefined',
    ],
    [
      { startFreqindexList: [0, 1], endFreqindexList: [7] },
      'expected startFreqindexList to have a whole number of at least 0 for each of 1 blocks, got [0, 1]',
    ],
    [
      { startFreqindexList: [-1], endFreqindexList: [7] },
      'expected startFreqindexList to have a whole number of at least 0 for each of 1 blocks, got [-1]',
    ],
    [
      { startFreqindexList: [0], endFreqindexList: [6] },
      'expected numFrequencyBlocks[0] to be 2, the windows of inputs 0 to 6, got 3',
    ],
    [
      { startFreqindexList: [5], endFreqindexList: [4] },
      'expected numFrequencyBlocks[0] to be 0, the windows of inputs 5 to 4, got 3',
    ],
    [{ cellClip: -1 }, 'expected cellClip to be above 0, or left out, got -1'],
    [{ numUnitShards: 0 }, 'expected numUnitShards to be a positive integer, got 0'],
    [{ forgetBias: Number.NaN }, 'expected forgetBias to be a finite number, got NaN'],
  ])('refuses %o', (options, text) => {
    expectThrows(() => new GridLSTMCell(2, { ...one, ...options } as Options), `GridLSTMCell: ${text}`);
  });

  it('refuses inputs that its windows do not fit, and more shards than rows', () => {
    const bad: [Options, string][] = [
      [
        { ...one, inputSize: 9 },
        'expected inputSize to give as many windows as numFrequencyBlocks tells, 3, got 9, which gives 4',
      ],
      [
        { ...one, inputSize: 2 },
        'expected inputSize to give as many windows as numFrequencyBlocks tells, 3, got 2, which gives 0',
      ],
      [{ ...two, inputSize: 5 }, 'expected inputSize of at least 6, where the last window ends, got 5'],
      [{ ...one, inputSize: 7, numUnitShards: 8 }, 'expected numUnitShards to be at most 7, the rows of W_f_0, got 8'],
    ];
    for (const [options, text] of bad) expectThrows(() => new GridLSTMCell(2, options), `GridLSTMCell.build: ${text}`);
  });
});
