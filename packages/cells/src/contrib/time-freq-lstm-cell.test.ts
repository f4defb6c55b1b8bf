import { describe, expect, it } from 'vitest';
import { checkStep, type RowStep } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { clipped, cut, each, plus, product, type Row, sigmoid } from '../testing/float64';
import { MultiRNNCell } from '../wrappers/multi-rnn-cell';
import { TimeFreqLSTMCell, type TimeFreqLSTMCellOptions } from './time-freq-lstm-cell';

const stepWith =
  ({ featureSize, frequencySkip = 1, cellClip, forgetBias = 1 }: TimeFreqLSTMCellOptions, H: number): RowStep =>
  (x, [state = []], weights) => {
    const { W_0 = [], W_1 = [], W_2 = [], B = [], W_F_diag, W_I_diag, W_O_diag } = weights;
    const peep = (gate: Row, diagonal: Row | undefined, c: Row): Row =>
      diagonal === undefined ? gate : each((gate, w, c) => gate + w * c, gate, diagonal, c);
    const parts = cut(state, state.length / H);
    const next: number[][] = [];
    let below: number[] = new Array(H).fill(0);
    for (let q = 0; 2 * q < parts.length; q++) {
      const [c = [], m = []] = parts.slice(2 * q);
      const window = x.slice(q * frequencySkip, q * frequencySkip + featureSize);
      const [i = [], j = [], f = [], o = []] = cut(
        each(plus, product([...window, ...m, ...below], [...W_0, ...W_1, ...W_2]), B),
        4,
      );
      const newC = each(
        (f, c, i, j) => clipped(sigmoid(f + forgetBias) * c + sigmoid(i) * Math.tanh(j), cellClip),
        ...([peep(f, W_F_diag, c), c, peep(i, W_I_diag, c), j] as const),
      );
      below = each((o, c) => sigmoid(o) * Math.tanh(c), peep(o, W_O_diag, newC), newC);
      next.push(newC, below);
    }
    return { output: next.filter((_, k) => k % 2 === 1).flat(), state: [next.flat()] };
  };

describe('TimeFreqLSTMCell', () => {
  it.each<[TimeFreqLSTMCellOptions, number]>([
    [{ featureSize: 3 }, 3],
    [{ featureSize: 2, forgetBias: 0.5 }, 4],
    [{ featureSize: 3, frequencySkip: 2, usePeepholes: true }, 6],
    [{ featureSize: 1, frequencySkip: 3, usePeepholes: true, cellClip: 0.4 }, 5],
    [{ featureSize: 3, numUnitShards: 3 }, 4],
  ])('is one step of its equations with %o for inputs %d wide, and so are its gradients', (options, inputSize) => {
    checkStep(new TimeFreqLSTMCell(2, options), { inputSize, batchSize: 2 }, stepWith(options, 2));
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const cell = new TimeFreqLSTMCell(3, { featureSize: 2, usePeepholes: true, inputSize: 6 });
    expect([...cell.variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['time_freq_lstm_cell/W_0', [8, 12]],
      ['time_freq_lstm_cell/B', [12]],
      ['time_freq_lstm_cell/W_F_diag', [3]],
      ['time_freq_lstm_cell/W_I_diag', [3]],
      ['time_freq_lstm_cell/W_O_diag', [3]],
    ]);
  });

  it('stores its kernel in as many variables as there are shards, the first ones a row longer where rows are left over', () => {
    const cell = new TimeFreqLSTMCell(2, { featureSize: 3, numUnitShards: 3, inputSize: 4 });
    expect([...cell.variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['time_freq_lstm_cell/W_0', [3, 8]],
      ['time_freq_lstm_cell/W_1', [2, 8]],
      ['time_freq_lstm_cell/W_2', [2, 8]],
      ['time_freq_lstm_cell/B', [8]],
    ]);
  });

  it('has a state and an output as wide as its inputs have windows, once they are known', () => {
    const cell = new TimeFreqLSTMCell(3, { featureSize: 2, frequencySkip: 2 });
    expectThrows(
      () => cell.zeroState(2),
      'TimeFreqLSTMCell.stateSize: expected a cell whose inputs are known, got one without. Pass inputSize, or call build.',
    );
    expectThrows(
      () => new MultiRNNCell([cell]),
      'TimeFreqLSTMCell.stateSize: expected a cell whose inputs are known, got one without. Pass inputSize, or call build.',
    );
    cell.build(7);
    expect([cell.stateSize, cell.outputSize]).toEqual([18, 9]);
  });

  it('makes its weights in its first call, unless that throws', () => {
    const cell = new TimeFreqLSTMCell(3, { featureSize: 2 });
    const known = new TimeFreqLSTMCell(3, { featureSize: 2, inputSize: 4 });
    const x = new TimeFreqLSTMCell(2, { featureSize: 2, inputSize: 2 }).zeroState(5);
    expectThrows(() => cell.call(x, x), 'TimeFreqLSTMCell.call: expected state to have shape [5, 18], got [5, 4]');
    expect(cell.variables.size).toBe(0);
    expect(cell.call(x, known.zeroState(5))[0].shape).toEqual([5, 9]);
  });

  it('refuses inputs narrower than a window, and options that are no sizes', () => {
    const bad: [() => unknown, string][] = [
      [
        () => new TimeFreqLSTMCell(3, { featureSize: 4, inputSize: 3 }),
        'TimeFreqLSTMCell.build: expected inputSize of at least featureSize, 4, got 3',
      ],
      [
        () => new TimeFreqLSTMCell(3, {} as never),
        'TimeFreqLSTMCell: expected featureSize to be a positive integer, got undefined',
      ],
      [
        () => new TimeFreqLSTMCell(3, { featureSize: 2, frequencySkip: 0 }),
        'TimeFreqLSTMCell: expected frequencySkip to be a positive integer, got 0',
      ],
      [
        () => new TimeFreqLSTMCell(3, { featureSize: 2, cellClip: 0 }),
        'TimeFreqLSTMCell: expected cellClip to be above 0, or left out, got 0',
      ],
      [
        () => new TimeFreqLSTMCell(3, { featureSize: 2, numUnitShards: -1 }),
        'TimeFreqLSTMCell: expected numUnitShards to be a positive integer, got -1',
      ],
      [
        () => new TimeFreqLSTMCell(1, { featureSize: 2, numUnitShards: 5, inputSize: 2 }),
        'TimeFreqLSTMCell.build: expected numUnitShards to be at most 4, the rows of W, got 5',
      ],
    ];
    for (const [call, text] of bad) expectThrows(call, text);
  });
});
