import { describe, expect, it } from 'vitest';
import { LSTMStateTuple } from '../state';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { clipped, cut, each, normalised, plus, product, type Row, sigmoid } from '../testing/float64';
import { constant } from '../weights/initializers';
import {
  CoupledInputForgetGateLSTMCell,
  type CoupledInputForgetGateLSTMCellOptions,
} from './coupled-input-forget-gate-lstm-cell';

interface Constants extends CoupledInputForgetGateLSTMCellOptions<true> {
  act?: (x: number) => number;
}

const add3 = (a: number, b: number, c: number): number => a + b * c;

/** The rows of `name_0`, `name_1`, … one below the other. */
function shards(weights: Readonly<Record<string, Row>>, name: string): Row | undefined {
  const names = Object.keys(weights).filter((key) => new RegExp(`^${name}_\\d+$`).test(key));
  return names.length === 0 ? undefined : names.sort().flatMap((key) => [...(weights[key] as Row)]);
}

/** Peepholes and the projection act where their weights are given. */
const stepWith =
  ({ forgetBias = 1, projClip, layerNorm = false, act = Math.tanh }: Constants = {}): RowStep =>
  (x, [c = [], h = []], { B = [], ...rest }) => {
    const W = shards(rest, 'W') ?? [];
    const W_P = shards(rest, 'W_P');
    const none = c.map(() => 0);
    const norm = (v: Row, of: string): Row =>
      layerNorm ? normalised(v, rest[`${of}/gamma`] ?? [], rest[`${of}/beta`] ?? []) : v;
    const linear = product([...x, ...h], W);
    const [j = [], f = [], o = []] = cut(layerNorm ? linear : each(plus, linear, B), 3);
    const keep = each((f) => sigmoid(f + forgetBias), each(add3, norm(f, 'forget'), rest.W_F_diag ?? none, c));
    const blend = each((g, c, j) => g * c + (1 - g) * act(j), keep, c, norm(j, 'transform'));
    const newC = norm(blend, 'state');
    const open = each(add3, norm(o, 'output'), rest.W_O_diag ?? none, newC);
    const m = each((o, c) => sigmoid(o) * act(c), open, newC);
    const newH = W_P === undefined ? m : product(m, W_P).map((value) => clipped(value, projClip));
    return { output: newH, state: [newC, newH] };
  };

const sizes = { inputSize: 3, batchSize: 2 };

describe('CoupledInputForgetGateLSTMCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new CoupledInputForgetGateLSTMCell(numUnits), shape, stepWith());
  });

  it.each([
    ['peepholes', { usePeepholes: true }],
    ['a projection', { numProj: 2 }],
    ['a projection to more than its units', { numProj: 6 }],
    ['a projection clip', { numProj: 2, projClip: 0.2 }],
    ['a projection clip, but no projection', { projClip: 0.01 }],
    ['a forget bias of 0', { forgetBias: 0 }],
    ['layer normalisation', { layerNorm: true }],
    ['shards', { numUnitShards: 3, numProj: 2, numProjShards: 4 }],
    ['shards of a projection that there is not', { numProjShards: 9 }],
    ['everything', { usePeepholes: true, numProj: 2, projClip: 0.25, forgetBias: 0.5, layerNorm: true }],
  ] as const)('is one step of its equations with %s, and so are its gradients', (_, options) => {
    checkStep(new CoupledInputForgetGateLSTMCell(4, options), sizes, stepWith(options));
  });

  it('uses the activation for the new input and for the output', () => {
    const act = (x: number) => Math.max(0, x);
    checkStep(new CoupledInputForgetGateLSTMCell(3, { activation: 'relu' }), sizes, stepWith({ act }));
  });

  it('holds c before the projected h in one tensor with stateIsTuple: false', () => {
    const cell = new CoupledInputForgetGateLSTMCell(3, { stateIsTuple: false, numProj: 2 });
    expect([cell.stateSize, cell.outputSize]).toEqual([5, 2]);
    checkStep(cell, sizes, (x, [state = []], weights) => {
      const { output, state: parts } = stepWith()(x, [state.slice(0, 3), state.slice(3)], weights);
      return { output, state: [parts.flat()] };
    });
  });

  it('has the sizes of its cell and of its projection', () => {
    const cell = new CoupledInputForgetGateLSTMCell(3, { numProj: 2 });
    expect([cell.stateSize, cell.outputSize]).toEqual([new LSTMStateTuple(3, 2), 2]);
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const all = { inputSize: 4, usePeepholes: true, numProj: 2, layerNorm: true };
    const { variables } = new CoupledInputForgetGateLSTMCell(3, all);
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['coupled_input_forget_gate_lstm_cell/W_0', [6, 9]],
      ['coupled_input_forget_gate_lstm_cell/B', [9]],
      ['coupled_input_forget_gate_lstm_cell/transform/gamma', [3]],
      ['coupled_input_forget_gate_lstm_cell/transform/beta', [3]],
      ['coupled_input_forget_gate_lstm_cell/forget/gamma', [3]],
      ['coupled_input_forget_gate_lstm_cell/forget/beta', [3]],
      ['coupled_input_forget_gate_lstm_cell/output/gamma', [3]],
      ['coupled_input_forget_gate_lstm_cell/output/beta', [3]],
      ['coupled_input_forget_gate_lstm_cell/W_F_diag', [3]],
      ['coupled_input_forget_gate_lstm_cell/W_O_diag', [3]],
      ['coupled_input_forget_gate_lstm_cell/state/gamma', [3]],
      ['coupled_input_forget_gate_lstm_cell/state/beta', [3]],
      ['coupled_input_forget_gate_lstm_cell/W_P_0', [3, 2]],
    ]);
  });

  it('stores its matrices in as many variables as there are shards, the first ones a row longer where rows are left over', () => {
    const options = { inputSize: 4, numProj: 2, numUnitShards: 4, numProjShards: 2 };
    const { variables } = new CoupledInputForgetGateLSTMCell(3, options);
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['coupled_input_forget_gate_lstm_cell/W_0', [2, 9]],
      ['coupled_input_forget_gate_lstm_cell/W_1', [2, 9]],
      ['coupled_input_forget_gate_lstm_cell/W_2', [1, 9]],
      ['coupled_input_forget_gate_lstm_cell/W_3', [1, 9]],
      ['coupled_input_forget_gate_lstm_cell/B', [9]],
      ['coupled_input_forget_gate_lstm_cell/W_P_0', [2, 2]],
      ['coupled_input_forget_gate_lstm_cell/W_P_1', [1, 2]],
    ]);
  });

  it.each([
    [{ numUnitShards: 6 }, 'numUnitShards to be at most 5, the rows of W, got 6'],
    [{ numProj: 1, numProjShards: 4 }, 'numProjShards to be at most 3, the rows of W_P, got 4'],
  ])('refuses more shards than rows: %o', (options, text) => {
    expectThrows(
      () => new CoupledInputForgetGateLSTMCell(3, { inputSize: 2, ...options }),
      `CoupledInputForgetGateLSTMCell.build: expected ${text}`,
    );
  });

  it('initialises matrices and peepholes by its initializer, B by zeros, gammas and betas by normGain and normShift', () => {
    const { variables } = new CoupledInputForgetGateLSTMCell(2, {
      ...{ inputSize: 1, usePeepholes: true, numProj: 1, layerNorm: true },
      ...{ initializer: constant(0.5), normGain: 2, normShift: -1 },
    });
    for (const [name, weight] of variables) {
      const want = { B: 0, gamma: 2, beta: -1 }[name.split('/').at(-1) ?? ''] ?? 0.5;
      expect([name, ...new Set(weight.dataSync())]).toEqual([name, want]);
    }
  });

  it.each([
    [{ numProj: 0 }, 'expected numProj to be a positive integer, got 0'],
    [{ numProj: 2, projClip: -1 }, 'expected projClip to be above 0, or left out, got -1'],
    [{ numUnitShards: 0 }, 'expected numUnitShards to be a positive integer, got 0'],
    [{ numProjShards: 1.5 }, 'expected numProjShards to be a positive integer, got 1.5'],
    [{ forgetBias: Number.POSITIVE_INFINITY }, 'expected forgetBias to be a finite number, got Infinity'],
    [{ normGain: Number.NaN }, 'expected normGain to be a finite number, got NaN'],
    [{ normShift: Number.NaN }, 'expected normShift to be a finite number, got NaN'],
  ])('refuses %o', (options, text) => {
    expectThrows(() => new CoupledInputForgetGateLSTMCell(3, options), `CoupledInputForgetGateLSTMCell: ${text}`);
  });
});
