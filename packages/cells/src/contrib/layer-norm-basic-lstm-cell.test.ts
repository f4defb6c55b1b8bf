import '@rnn/cells/gradients';
import { grad, ones, sum, type Tensor, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { centralDifferences, expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, it } from 'vitest';
import type { RNNCell } from '../cell';
import { dropoutMask } from '../dropout-mask';
import { Random } from '../random';
import { LSTMStateTuple } from '../state';
import { checkStep, type RowStep } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { cut, each, normalised, plus, product, type Row, sigmoid } from '../testing/float64';
import { VariableStore } from '../weights/variable-store';
import { LayerNormBasicLSTMCell, type LayerNormBasicLSTMCellOptions } from './layer-norm-basic-lstm-cell';

interface Constants {
  forgetBias?: number;
  act?: (x: number) => number;
  /** The factors of the new input. */
  mask?: Row;
}

/** Normalises where there is no bias. */
const stepWith =
  ({ forgetBias = 1, act = Math.tanh, mask }: Constants = {}): RowStep =>
  (x, [c = [], h = []], { kernel = [], bias, ...rest }) => {
    const norm = (v: Row = [], of: string): Row =>
      bias === undefined ? normalised(v, rest[`${of}/gamma`] ?? [], rest[`${of}/beta`] ?? []) : v;
    const linear = product([...x, ...h], kernel);
    const [i, j, f, o] = cut(bias === undefined ? linear : each(plus, linear, bias), 4);
    const g = each((j, factor) => act(j) * factor, norm(j, 'transform'), mask ?? c.map(() => 1));
    const newC = norm(
      each((c, f, i, g) => c * sigmoid(f + forgetBias) + sigmoid(i) * g, c, norm(f, 'forget'), norm(i, 'input'), g),
      'state',
    );
    const newH = each((c, o) => act(c) * sigmoid(o), newC, norm(o, 'output'));
    return { output: newH, state: [newC, newH] };
  };

// Of fewer units a normalised row hardly depends on the row.
const sizes = { inputSize: 3, batchSize: 2 };
const uniqueValues = (cell: LayerNormBasicLSTMCell) =>
  [...cell.variables].map(([name, weight]) => [name.split('/').at(-1), new Set(weight.dataSync())] as const);

describe('LayerNormBasicLSTMCell', () => {
  it.each([
    ['nothing', {}, {}],
    ['a forgetBias', { forgetBias: -0.5 }, { forgetBias: -0.5 }],
    ['another activation', { activation: 'relu' }, { act: (x: number) => Math.max(0, x) }],
    ['layerNorm: false', { layerNorm: false }, {}],
    ['layerNorm: false and a forgetBias', { layerNorm: false, forgetBias: 2 }, { forgetBias: 2 }],
  ] as const)('is one step of its equations with %s, and so are its gradients', (_, options, constants) => {
    checkStep(new LayerNormBasicLSTMCell(4, options), sizes, stepWith(constants));
  });

  it('gives beta for gates of one unit, which do not differ from their mean', () => {
    checkStep(new LayerNormBasicLSTMCell(1), { inputSize: 2, batchSize: 3 }, stepWith());
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new LayerNormBasicLSTMCell(3, { inputSize: 2 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['layer_norm_basic_lstm_cell/kernel', [5, 12]],
      ['layer_norm_basic_lstm_cell/input/gamma', [3]],
      ['layer_norm_basic_lstm_cell/input/beta', [3]],
      ['layer_norm_basic_lstm_cell/transform/gamma', [3]],
      ['layer_norm_basic_lstm_cell/transform/beta', [3]],
      ['layer_norm_basic_lstm_cell/forget/gamma', [3]],
      ['layer_norm_basic_lstm_cell/forget/beta', [3]],
      ['layer_norm_basic_lstm_cell/output/gamma', [3]],
      ['layer_norm_basic_lstm_cell/output/beta', [3]],
      ['layer_norm_basic_lstm_cell/state/gamma', [3]],
      ['layer_norm_basic_lstm_cell/state/beta', [3]],
    ]);
    const plain = new LayerNormBasicLSTMCell(3, { inputSize: 2, layerNorm: false });
    expect([...plain.variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['layer_norm_basic_lstm_cell/kernel', [5, 12]],
      ['layer_norm_basic_lstm_cell/bias', [12]],
    ]);
  });

  it('starts with gammas of normGain and betas of normShift, by default 1 and 0, and with a bias by Glorot', () => {
    for (const [options, gamma, beta] of [
      [{}, 1, 0],
      [{ normGain: 0.5, normShift: 0.125 }, 0.5, 0.125],
    ] as const) {
      const [, ...norms] = uniqueValues(new LayerNormBasicLSTMCell(3, { inputSize: 2, ...options }));
      for (const [name, values] of norms) expect([...values]).toEqual([name === 'gamma' ? gamma : beta]);
    }
    const [, bias] = uniqueValues(new LayerNormBasicLSTMCell(3, { inputSize: 2, layerNorm: false }));
    expect(bias?.[1].size).toBeGreaterThan(10);
  });

  it('has a pair for a state', () => {
    const cell = new LayerNormBasicLSTMCell(3);
    expect([cell.stateSize, cell.outputSize]).toEqual([new LSTMStateTuple(3, 3), 3]);
  });

  it.each([
    [{ forgetBias: Number.NaN }, 'expected forgetBias to be a finite number, got NaN'],
    [{ normGain: Number.NaN }, 'expected normGain to be a finite number, got NaN'],
    [{ normShift: Number.POSITIVE_INFINITY }, 'expected normShift to be a finite number, got Infinity'],
    [{ dropoutKeepProb: 0 }, 'expected dropoutKeepProb to be above 0 and at most 1, got 0'],
    [{ dropoutKeepProb: 1.5 }, 'expected dropoutKeepProb to be above 0 and at most 1, got 1.5'],
  ])('refuses %o', (options, text) => {
    expectThrows(() => new LayerNormBasicLSTMCell(3, options), `LayerNormBasicLSTMCell: ${text}`);
  });
});

describe('LayerNormBasicLSTMCell with dropout', () => {
  const numUnits = 5;
  const x = sequenceOf(3, 1);
  const [c, h] = [sequenceOf(numUnits, 2), sequenceOf(numUnits, 3)] as const;
  const store = new VariableStore({ seed: 1 });
  const row = (values: Row): Tensor2D => tensor2d([...values], [1, values.length]);
  const make = (options: LayerNormBasicLSTMCellOptions = {}) =>
    new LayerNormBasicLSTMCell(numUnits, { store, reuse: 'auto', dropoutKeepProb: 0.5, ...options });
  const call = (cell: RNNCell<LSTMStateTuple>, inputs: Tensor2D = row(x)) =>
    cell.call(inputs, new LSTMStateTuple(row(c), row(h)));
  const outputOf = (cell: LayerNormBasicLSTMCell): number[] => [...call(cell)[0].dataSync()];
  /** The weights by their short names. */
  const weights = (cell: LayerNormBasicLSTMCell): Record<string, Row> =>
    Object.fromEntries(
      [...cell.variables].map(([name, weight]) => [name.slice(cell.name.length + 1), [...weight.dataSync()]]),
    );

  it('drops and scales the new input alone, step by step, and passes the gradient of what it kept', () => {
    const random = new Random(7, 'layer_norm_basic_lstm_cell/dropout/input');
    const masks = [1, 2].map(() => [...dropoutMask([1, numUnits], 0.5, random)]);
    const cell = make({ dropoutProbSeed: 7 });
    for (const mask of masks) {
      const [output, state] = call(cell);
      const want = stepWith({ mask })(x, [c, h], weights(cell));
      expectClose(output, want.output);
      expectClose(state.c, want.state[0] ?? []);
    }
    expect(masks[0]).not.toEqual(masks[1]);
    const gradient = grad((inputs: Tensor) => sum(call(make({ dropoutProbSeed: 7 }), inputs as Tensor2D)[0]))(row(x));
    const slopes = centralDifferences(
      (moved) => stepWith({ mask: masks[0] as Row })([...moved], [c, h], weights(cell)).output.reduce(plus, 0),
      x,
      1 / 1024,
    );
    expectClose(gradient, slopes, 1e-4);
  });

  it('draws the same masks from the same seed, new ones at every step', () => {
    const [one, same, other] = [3, 3, 4].map((dropoutProbSeed) => make({ dropoutProbSeed })) as [
      LayerNormBasicLSTMCell,
      LayerNormBasicLSTMCell,
      LayerNormBasicLSTMCell,
    ];
    const draws = (cell: LayerNormBasicLSTMCell) => [0, 1, 2, 3].map(() => outputOf(cell));
    const first = draws(one);
    expect(draws(same)).toEqual(first);
    expect(draws(other)).not.toEqual(first);
    expect(new Set(first.map(String)).size).toBeGreaterThan(1);
  });

  it('draws from the seed of the store it is built in, unless it has a seed of its own; each scope other masks', () => {
    const draws = (seed: number, scope: string, options: LayerNormBasicLSTMCellOptions = {}) => {
      const cell = new LayerNormBasicLSTMCell(16, { dropoutKeepProb: 0.5, ...options });
      cell.build(3, { scope, store: new VariableStore({ seed }) });
      // The same weights for all, so that nothing but the masks tells one store from another.
      cell.setWeights(
        Object.fromEntries(
          [...cell.variables].map(([name, { shape, size }]) => [name, { shape, data: sequenceOf(size, 5) }]),
        ),
      );
      return [0, 1].map(() => [...cell.call(ones([2, 3]) as Tensor2D, cell.zeroState(2))[0].dataSync()]);
    };
    expect(draws(1, 'rnn')).toEqual(draws(1, 'rnn'));
    expect(draws(1, 'rnn')).not.toEqual(draws(2, 'rnn'));
    expect(draws(1, 'rnn')).not.toEqual(draws(1, 'other'));
    expect(draws(1, 'rnn', { dropoutProbSeed: 5 })).toEqual(draws(2, 'other', { dropoutProbSeed: 5 }));
    const [first, second] = draws(1, 'rnn', { store: new VariableStore({ seed: 9 }) });
    expect(second).not.toEqual(first);
    expect([first, second]).toEqual(draws(1, 'rnn'));
  });

  it('drops nothing with training: false, where its weights are made and arguments checked as in a step', () => {
    const cell = make();
    const evaluated = cell.forSequence(1, 3, { training: false });
    const outputs = [1, 2].map(() => [...call(evaluated)[0].dataSync()]);
    expectClose(call(evaluated)[0], stepWith()(x, [c, h], weights(cell)).output);
    expect(outputs[0]).toEqual(outputs[1]);
    const [narrow, state] = [tensor2d([[1, 2]]), cell.zeroState(1)];
    expectThrows(
      () => evaluated.call(narrow, state),
      'LayerNormBasicLSTMCell.call: expected inputs to have shape [B, 3], got [1, 2]',
    );
    const plain = make({ dropoutKeepProb: 1 });
    expect([cell.forSequence(1, 3), cell.forSequence(1, 3, { training: true })]).toEqual([cell, cell]);
    expect(plain.forSequence(1, 3, { training: false })).toBe(plain);
  });

  it('draws nothing when all is kept', () => {
    expect(outputOf(make({ dropoutKeepProb: 1 }))).toEqual(outputOf(make({ dropoutKeepProb: 1, dropoutProbSeed: 2 })));
  });

  it('leaves as many tensors as it found', () => {
    const cell = make();
    cell.build(3);
    const [inputs, state] = [row(x), cell.zeroState(1)];
    expectNoLeak(() => cell.call(inputs, state));
  });
});
