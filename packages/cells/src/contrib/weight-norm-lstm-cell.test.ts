import '@rnn/cells/gradients';
import { mul, ones, type Rank, sum, type Variable, variableGrads } from '@tensorflow/tfjs-core';
import { expectClose } from 'testing';
import { describe, expect, it } from 'vitest';
import { LSTMCell } from '../core/lstm-cell';
import { LSTMStateTuple } from '../state';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { clipped, cut, each, product, type Row, sigmoid } from '../testing/float64';
import { constant, randomUniform } from '../weights/initializers';
import { WeightNormLSTMCell, type WeightNormLSTMCellOptions } from './weight-norm-lstm-cell';

interface Constants extends WeightNormLSTMCellOptions {
  act?: (x: number) => number;
}

const add3 = (a: number, b: number, c: number): number => a + b * c;

/** `v`, row-major, with each of its columns as long as `lengths` says. */
function ofLength(v: Row, lengths: Row): number[] {
  const N = lengths.length;
  const squares = lengths.map((_, n) => v.filter((_, at) => at % N === n).reduce((sum, value) => sum + value ** 2, 0));
  return v.map((value, at) => (value * (lengths[at % N] as number)) / Math.sqrt(squares[at % N] as number));
}

/** Peepholes, the projection and the normalisations act where their weights are given. */
const stepWith =
  ({ forgetBias = 1, cellClip, projClip, act = Math.tanh }: Constants = {}): RowStep =>
  (x, [c = [], h = []], { kernel = [], norm_0, norm_1, bias = [], ...rest }) => {
    const none = c.map(() => 0);
    const normed = (v: Row, lengths: Row | undefined): Row => (lengths === undefined ? v : ofLength(v, lengths));
    const border = x.length * bias.length;
    const fromInputs = product(x, normed(kernel.slice(0, border), norm_0));
    const fromState = product(h, normed(kernel.slice(border), norm_1));
    const linear = each((a, b, c) => a + b + c, fromInputs, fromState, bias);
    const [i = [], j = [], f = [], o = []] = cut(linear, 4);
    const keep = each((f) => sigmoid(f + forgetBias), each(add3, f, rest.w_f_diag ?? none, c));
    const write = each(sigmoid, each(add3, i, rest.w_i_diag ?? none, c));
    const newC = each((old, keep, write, j) => clipped(old * keep + write * act(j), cellClip), c, keep, write, j);
    const m = each((o, c) => sigmoid(o) * act(c), each(add3, o, rest.w_o_diag ?? none, newC), newC);
    const projection = rest['projection/kernel'];
    const newH =
      projection === undefined
        ? m
        : product(m, normed(projection, rest['projection/norm_0'])).map((value) => clipped(value, projClip));
    return { output: newH, state: [newC, newH] };
  };

const sizes = { inputSize: 3, batchSize: 2 };

describe('WeightNormLSTMCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new WeightNormLSTMCell(numUnits, { usePeepholes: true, numProj: 2 }), shape, stepWith());
  });

  it.each([
    ['nothing', {}],
    ['no normalisation', { norm: false }],
    ['peepholes', { usePeepholes: true }],
    ['a projection', { numProj: 2 }],
    ['a projection that is not normalised', { numProj: 2, norm: false }],
    ['a projection to more than its units', { numProj: 5 }],
    ['a cell clip', { cellClip: 0.4 }],
    ['a projection clip', { numProj: 2, projClip: 0.2 }],
    ['a projection clip, but no projection', { projClip: 0.01 }],
    ['a forget bias of 0', { forgetBias: 0 }],
    ['everything', { usePeepholes: true, cellClip: 0.45, numProj: 2, projClip: 0.25, forgetBias: 0.5 }],
  ] as const)('is one step of its equations with %s, and so are its gradients', (_, options) => {
    checkStep(new WeightNormLSTMCell(3, options), sizes, stepWith(options));
  });

  it('uses the activation for the new input and for the output', () => {
    const act = (x: number) => Math.max(0, x);
    checkStep(new WeightNormLSTMCell(3, { activation: 'relu' }), sizes, stepWith({ act }));
  });

  it('does not heed how long its kernels are, those of the inputs and of the state apart, nor that of the projection', () => {
    const cell = new WeightNormLSTMCell(2, {
      inputSize: 1,
      numProj: 1,
      initializer: randomUniform({ minval: -1, seed: 1 }),
    });
    const output = () => cell.call(x, state)[0].dataSync();
    const [x, state] = [ones<Rank.R2>([1, 1]), new LSTMStateTuple(ones<Rank.R2>([1, 2]), ones<Rank.R2>([1, 1]))];
    const before = output();
    const longer = (name: string, factors: number[][]): void => {
      const weight = cell.variables.get(`wn_lstm_cell/wn_lstm_cell/${name}`) as Variable;
      weight.assign(mul(weight, factors));
    };
    longer('kernel', [[3], [0.25]]);
    longer('projection/kernel', [[0.5], [0.5]]);
    expectClose(output(), before);
  });

  it('gives zeros and finite gradients where its kernels are zeros', () => {
    const cell = new WeightNormLSTMCell(2, { inputSize: 1, initializer: constant(0) });
    const { value, grads } = variableGrads(() => sum(cell.call(ones([1, 1]), cell.zeroState(1))[0]));
    expect([...value.dataSync()]).toEqual([0]);
    expect(
      Object.values(grads)
        .flatMap((gradient) => [...gradient.dataSync()])
        .every(Number.isFinite),
    ).toBe(true);
  });

  it('has the sizes of its cell and of its projection', () => {
    const cell = new WeightNormLSTMCell(3, { numProj: 2 });
    expect([cell.stateSize, cell.outputSize]).toEqual([new LSTMStateTuple(3, 2), 2]);
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const all = { inputSize: 4, usePeepholes: true, numProj: 2 };
    const shapes = (norm: boolean) =>
      [...new WeightNormLSTMCell(3, { ...all, norm }).variables].map(([name, { shape }]) => [name, shape]);
    expect(shapes(true)).toEqual([
      ['wn_lstm_cell/wn_lstm_cell/kernel', [6, 12]],
      ['wn_lstm_cell/wn_lstm_cell/norm_0', [12]],
      ['wn_lstm_cell/wn_lstm_cell/norm_1', [12]],
      ['wn_lstm_cell/wn_lstm_cell/bias', [12]],
      ['wn_lstm_cell/wn_lstm_cell/w_f_diag', [3]],
      ['wn_lstm_cell/wn_lstm_cell/w_i_diag', [3]],
      ['wn_lstm_cell/wn_lstm_cell/w_o_diag', [3]],
      ['wn_lstm_cell/wn_lstm_cell/projection/kernel', [3, 2]],
      ['wn_lstm_cell/wn_lstm_cell/projection/norm_0', [2]],
    ]);
    const plain = [...new LSTMCell(3, { ...all, name: 'wn_lstm_cell/wn_lstm_cell' }).variables];
    expect(shapes(false)).toEqual(plain.map(([name, { shape }]) => [name, shape]));
  });

  it('initialises all but the bias by its initializer, by default Glorot’s, the bias by zeros', () => {
    const options = { inputSize: 1, usePeepholes: true, numProj: 1 };
    const { variables } = new WeightNormLSTMCell(2, { ...options, initializer: constant(0.5) });
    for (const [name, weight] of variables) {
      expect([name, ...new Set(weight.dataSync())]).toEqual([name, name.endsWith('bias') ? 0 : 0.5]);
    }
    const lengths = new WeightNormLSTMCell(50, options).variables.get('wn_lstm_cell/wn_lstm_cell/norm_0')?.dataSync();
    const limit = Math.sqrt(6 / (2 * 200));
    expect(Math.max(...(lengths ?? [1]))).toBeLessThanOrEqual(limit);
    expect(Math.min(...(lengths ?? [1]))).toBeLessThan(-limit / 2);
  });

  it.each([
    [{ numProj: 1.5 }, 'expected numProj to be a positive integer, got 1.5'],
    [{ cellClip: -1 }, 'expected cellClip to be above 0, or left out, got -1'],
    [{ numProj: 2, projClip: 0 }, 'expected projClip to be above 0, or left out, got 0'],
    [{ forgetBias: Number.NaN }, 'expected forgetBias to be a finite number, got NaN'],
  ])('refuses %o', (options, text) => {
    expectThrows(() => new WeightNormLSTMCell(3, options), `WeightNormLSTMCell: ${text}`);
  });
});
