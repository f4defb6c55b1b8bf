import { describe, expect, it } from 'vitest';
import { LSTMCell } from '../core/lstm-cell';
import { LSTMStateTuple } from '../state';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { clipped, cut, each, normalised, plus, product, type Row, sigmoid } from '../testing/float64';
import { constant } from '../weights/initializers';
import { LayerNormLSTMCell, type LayerNormLSTMCellOptions } from './layer-norm-lstm-cell';

interface Constants extends LayerNormLSTMCellOptions {
  act?: (x: number) => number;
}

const add3 = (a: number, b: number, c: number): number => a + b * c;

/** Peepholes and the projection act where their weights are given. */
const stepWith =
  ({ forgetBias = 1, cellClip, projClip, layerNorm = false, act = Math.tanh }: Constants = {}): RowStep =>
  (x, [c = [], h = []], { kernel = [], bias = [], ...rest }) => {
    const none = c.map(() => 0);
    const norm = (v: Row, of: string): Row =>
      layerNorm ? normalised(v, rest[`${of}/gamma`] ?? [], rest[`${of}/beta`] ?? []) : v;
    const linear = product([...x, ...h], kernel);
    const [i = [], j = [], f = [], o = []] = cut(layerNorm ? linear : each(plus, linear, bias), 4);
    const keep = each((f) => sigmoid(f + forgetBias), each(add3, norm(f, 'forget'), rest.w_f_diag ?? none, c));
    const write = each(sigmoid, each(add3, norm(i, 'input'), rest.w_i_diag ?? none, c));
    const blend = each((old, keep, write, j) => old * keep + write * act(j), c, keep, write, norm(j, 'transform'));
    const newC = norm(blend, 'state').map((value) => clipped(value, cellClip));
    const open = each(add3, norm(o, 'output'), rest.w_o_diag ?? none, newC);
    const m = each((o, c) => sigmoid(o) * act(c), open, newC);
    const projection = rest['projection/kernel'];
    const newH = projection === undefined ? m : product(m, projection).map((value) => clipped(value, projClip));
    return { output: newH, state: [newC, newH] };
  };

// Of fewer units a normalised row hardly depends on the row.
const sizes = { inputSize: 3, batchSize: 2 };

describe('LayerNormLSTMCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new LayerNormLSTMCell(numUnits), shape, stepWith());
  });

  it.each([
    ['layer normalisation', { layerNorm: true }],
    ['peepholes', { usePeepholes: true }],
    ['peepholes and layer normalisation', { usePeepholes: true, layerNorm: true }],
    ['a projection', { numProj: 2 }],
    ['a projection to more than its units, of what is normalised', { numProj: 6, layerNorm: true }],
    ['a cell clip', { cellClip: 0.4 }],
    ['a cell clip of the normalised cell', { cellClip: 0.5, layerNorm: true }],
    ['a projection clip', { numProj: 2, projClip: 0.2 }],
    ['a projection clip, but no projection', { projClip: 0.01 }],
    ['a forget bias of 0', { forgetBias: 0 }],
    ['everything', { usePeepholes: true, cellClip: 0.6, numProj: 2, projClip: 0.25, forgetBias: 0.5, layerNorm: true }],
  ] as const)('is one step of its equations with %s, and so are its gradients', (_, options) => {
    checkStep(new LayerNormLSTMCell(4, options), sizes, stepWith(options));
  });

  it('uses the activation for the new input and for the output', () => {
    const act = (x: number) => Math.max(0, x);
    const cell = new LayerNormLSTMCell(4, { activation: 'relu', layerNorm: true });
    checkStep(cell, sizes, stepWith({ act, layerNorm: true }));
  });

  it('has the sizes of its cell and of its projection', () => {
    const cell = new LayerNormLSTMCell(3, { numProj: 2 });
    expect([cell.stateSize, cell.outputSize]).toEqual([new LSTMStateTuple(3, 2), 2]);
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const all = { inputSize: 4, usePeepholes: true, numProj: 2 };
    const shapes = (layerNorm: boolean) =>
      [...new LayerNormLSTMCell(3, { ...all, layerNorm }).variables].map(([name, { shape }]) => [name, shape]);
    const norm = (scope: string) => [
      [`layer_norm_lstm_cell/${scope}/gamma`, [3]],
      [`layer_norm_lstm_cell/${scope}/beta`, [3]],
    ];
    expect(shapes(true)).toEqual([
      ['layer_norm_lstm_cell/kernel', [6, 12]],
      ['layer_norm_lstm_cell/bias', [12]],
      ...['input', 'transform', 'forget', 'output'].flatMap(norm),
      ['layer_norm_lstm_cell/w_f_diag', [3]],
      ['layer_norm_lstm_cell/w_i_diag', [3]],
      ['layer_norm_lstm_cell/w_o_diag', [3]],
      ...norm('state'),
      ['layer_norm_lstm_cell/projection/kernel', [3, 2]],
    ]);
    const plain = [...new LSTMCell(3, { ...all, name: 'layer_norm_lstm_cell' }).variables];
    expect(shapes(false)).toEqual(plain.map(([name, { shape }]) => [name, shape]));
  });

  it('initialises kernels and peepholes by its initializer, the bias by zeros, gammas and betas by normGain and normShift', () => {
    const { variables } = new LayerNormLSTMCell(2, {
      ...{ inputSize: 1, usePeepholes: true, numProj: 1, layerNorm: true },
      ...{ initializer: constant(0.5), normGain: 2, normShift: -1 },
    });
    for (const [name, weight] of variables) {
      const want = { bias: 0, gamma: 2, beta: -1 }[name.split('/').at(-1) ?? ''] ?? 0.5;
      expect([name, ...new Set(weight.dataSync())]).toEqual([name, want]);
    }
  });

  it.each([
    [{ numProj: 0 }, 'expected numProj to be a positive integer, got 0'],
    [{ cellClip: 0 }, 'expected cellClip to be above 0, or left out, got 0'],
    [{ numProj: 2, projClip: -1 }, 'expected projClip to be above 0, or left out, got -1'],
    [{ forgetBias: Number.POSITIVE_INFINITY }, 'expected forgetBias to be a finite number, got Infinity'],
    [{ normGain: Number.NaN }, 'expected normGain to be a finite number, got NaN'],
    [{ normShift: Number.NaN }, 'expected normShift to be a finite number, got NaN'],
    [
      { activation: 'softsign' as never },
      "expected activation to be one of tanh, relu, sigmoid, linear or a function, got 'softsign'",
    ],
  ])('refuses %o', (options, text) => {
    expectThrows(() => new LayerNormLSTMCell(3, options), `LayerNormLSTMCell: ${text}`);
  });
});
