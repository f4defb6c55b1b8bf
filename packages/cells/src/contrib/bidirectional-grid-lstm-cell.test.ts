import { describe, expect, it } from 'vitest';
import { LSTMStateTuple } from '../state';
import { checkStep, type RowStep } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import type { Row } from '../testing/float64';
import { gridWalk, type Pair } from '../testing/grid-walk';
import { BidirectionalGridLSTMCell, type BidirectionalGridLSTMCellOptions } from './bidirectional-grid-lstm-cell';
import { GridLSTMCell } from './grid-lstm-cell';

type Options = BidirectionalGridLSTMCellOptions;

const stepWith =
  (options: Options): RowStep =>
  (x, parts, weights) => {
    const { numFrequencyBlocks: counts, featureSize, frequencySkip, startFreqindexList: starts } = options;
    const states: Pair[] = parts.flatMap((c, k) => (k % 2 === 0 ? [{ c, m: parts[k + 1] as Row }] : []));
    /** The windows of block b, `by` inputs higher. */
    const windowsOf = (b: number, by: number): number[][] =>
      Array.from({ length: counts[b] as number }, (_, k) => {
        const from = (starts?.[b] ?? 0) + k * frequencySkip + by;
        return Array.from({ length: featureSize }, (_, n) => x[from + n] ?? 0);
      });
    const results = [
      ...counts.map((_, b) => ({ windows: windowsOf(b, 0), b, scope: 'fwd/' })),
      ...counts.map((_, b) => ({
        windows: windowsOf(b, options.backwardSliceOffset ?? 0).reverse(),
        b,
        scope: 'bwd/',
      })),
    ].flatMap(({ windows, ...which }) => gridWalk(windows, states.splice(0, windows.length), weights, which, options));
    return {
      output: results.flatMap(({ time, freq }) => [...time.m, ...freq.m]),
      state: results.flatMap(({ time }) => [time.c, time.m]),
    };
  };

const one = { numFrequencyBlocks: [3], featureSize: 2, frequencySkip: 1 };
const two = { ...one, numFrequencyBlocks: [2, 1], startFreqindexList: [0, 2], endFreqindexList: [3, 4] };
const sizes = { inputSize: 4, batchSize: 2 };

describe('BidirectionalGridLSTMCell', () => {
  it.each<[string, Options]>([
    ['nothing more', one],
    ['two blocks', two],
    ['backward windows of higher inputs, and zeros', { ...one, backwardSliceOffset: 2 }],
    ['backward windows of lower inputs, and zeros', { ...two, backwardSliceOffset: -1 }],
    ['backward windows all outside the inputs', { ...one, backwardSliceOffset: -5 }],
    ['peepholes and a clip', { ...one, usePeepholes: true, cellClip: 0.3 }],
    [
      'shared weights, coupled gates and shards',
      {
        ...{ ...two, shareTimeFrequencyWeights: true, coupleInputForgetGates: true },
        ...{ usePeepholes: true, numUnitShards: 2, backwardSliceOffset: 1 },
      },
    ],
  ])('is one step of its equations with %s, and so are its gradients', (_, options) => {
    checkStep(new BidirectionalGridLSTMCell(2, options), sizes, stepWith(options));
  });

  it('has a pair of state and two outputs for each window of each walk', () => {
    const { stateSize, outputSize } = new BidirectionalGridLSTMCell(3, two);
    const walk = Array.from({ length: 3 }, () => new LSTMStateTuple(3, 3));
    expect([stateSize, outputSize]).toEqual([[walk, walk], 36]);
  });

  it('makes the weights of a GridLSTMCell twice, below fwd and below bwd', () => {
    const options = { ...two, usePeepholes: true, inputSize: 4 };
    const walk = [...new GridLSTMCell(3, options).variables];
    const below = (scope: string) =>
      walk.map(([name, { shape }]) => [name.replace('grid_lstm_cell', `bidirectional_grid_lstm_cell/${scope}`), shape]);
    const { variables } = new BidirectionalGridLSTMCell(3, options);
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([...below('fwd'), ...below('bwd')]);
    expect([...variables.keys()][0]).toBe('bidirectional_grid_lstm_cell/fwd/W_f_0_0');
  });

  it('refuses an offset that is no whole number, what GridLSTMCell refuses, and inputs that do not fit', () => {
    const bad: [Options, string][] = [
      [{ ...one, backwardSliceOffset: 0.5 }, ': expected backwardSliceOffset to be a whole number, got 0.5'],
      [{ ...one, featureSize: 0 }, ': expected featureSize to be a positive integer, got 0'],
      [
        { ...one, inputSize: 3 },
        '.build: expected inputSize to give as many windows as numFrequencyBlocks tells, 3, got 3, which gives 2',
      ],
    ];
    for (const [options, text] of bad)
      expectThrows(() => new BidirectionalGridLSTMCell(2, options), `BidirectionalGridLSTMCell${text}`);
  });
});
