import { describe, expect, it, vi } from 'vitest';
import { LSTMStateTuple } from '../state';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { clipped, cut, each, plus, product, sigmoid } from '../testing/float64';
import { constant } from '../weights/initializers';
import { BasicLSTMCell } from './basic-lstm-cell';
import { LSTMCell, type LSTMCellOptions } from './lstm-cell';

interface Constants extends LSTMCellOptions<true> {
  act?: (x: number) => number;
}

const add3 = (a: number, b: number, c: number): number => a + b * c;

/** Peepholes and the projection act where their weights are given. */
const stepWith =
  ({ cellClip, projClip, forgetBias = 1, act = Math.tanh }: Constants = {}): RowStep =>
  (x, [c = [], h = []], { kernel = [], bias = [], ...rest }) => {
    const { w_f_diag, w_i_diag, w_o_diag, 'projection/kernel': projection } = rest;
    const none = c.map(() => 0);
    const [i = [], j = [], f = [], o = []] = cut(each(plus, product([...x, ...h], kernel), bias), 4);
    const keep = each((f) => sigmoid(f + forgetBias), each(add3, f, w_f_diag ?? none, c));
    const write = each(sigmoid, each(add3, i, w_i_diag ?? none, c));
    const newC = each((old, keep, write, j) => clipped(old * keep + write * act(j), cellClip), c, keep, write, j);
    const m = each((o, c) => sigmoid(o) * act(c), each(add3, o, w_o_diag ?? none, newC), newC);
    const newH = projection === undefined ? m : product(m, projection).map((value) => clipped(value, projClip));
    return { output: newH, state: [newC, newH] };
  };

const sizes = { inputSize: 3, batchSize: 2 };

describe('LSTMCell', () => {
  // First in the file: the warning comes once a process.
  it('accepts the deprecated shard options and warns once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    new LSTMCell(2, { numUnitShards: 1 });
    new LSTMCell(2, { numUnitShards: 2, numProjShards: 2 });
    expect(warn.mock.calls).toEqual([
      ['LSTMCell: numUnitShards and numProjShards are deprecated and have no effect; leave them out.'],
    ]);
    warn.mockRestore();
  });

  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new LSTMCell(numUnits, { usePeepholes: true, numProj: 2 }), shape, stepWith());
  });

  it.each([
    ['nothing', {}],
    ['peepholes', { usePeepholes: true }],
    ['a projection', { numProj: 2 }],
    ['a projection to more than its units', { numProj: 5 }],
    ['a cell clip', { cellClip: 0.4 }],
    ['peepholes and a cell clip', { usePeepholes: true, cellClip: 0.4 }],
    ['a projection clip', { numProj: 2, projClip: 0.2 }],
    ['everything', { usePeepholes: true, cellClip: 0.5, numProj: 2, projClip: 0.25, forgetBias: 0.5 }],
    ['a forget bias of 0', { forgetBias: 0 }],
    ['a projection clip, but no projection', { projClip: 0.01 }],
  ] as const)('is one step of its equations with %s, and so are its gradients', (_, options) => {
    checkStep(new LSTMCell(3, options), sizes, stepWith(options));
  });

  it('takes another activation', () => {
    const act = (x: number) => Math.max(0, x);
    checkStep(new LSTMCell(3, { activation: 'relu', usePeepholes: true }), sizes, stepWith({ act }));
  });

  it('holds c before the projected h in one tensor with stateIsTuple: false', () => {
    const cell = new LSTMCell(3, { stateIsTuple: false, numProj: 2, usePeepholes: true });
    expect([cell.stateSize, cell.outputSize]).toEqual([5, 2]);
    checkStep(cell, sizes, (x, [state = []], weights) => {
      const { output, state: parts } = stepWith()(x, [state.slice(0, 3), state.slice(3)], weights);
      return { output, state: [parts.flat()] };
    });
  });

  it('has the sizes of its cell and of its projection', () => {
    expect(new LSTMCell(3).stateSize).toEqual(new LSTMStateTuple(3, 3));
    const cell = new LSTMCell(3, { numProj: 2 });
    expect([cell.stateSize, cell.outputSize, cell.numUnits]).toEqual([new LSTMStateTuple(3, 2), 2, 3]);
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new LSTMCell(3, { inputSize: 4, usePeepholes: true, numProj: 2 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['lstm_cell/kernel', [6, 12]],
      ['lstm_cell/bias', [12]],
      ['lstm_cell/w_f_diag', [3]],
      ['lstm_cell/w_i_diag', [3]],
      ['lstm_cell/w_o_diag', [3]],
      ['lstm_cell/projection/kernel', [3, 2]],
    ]);
  });

  it('initialises the kernel, the peepholes and the projection by its initializer, the bias always by zeros', () => {
    const { variables } = new LSTMCell(2, {
      inputSize: 1,
      usePeepholes: true,
      numProj: 1,
      initializer: constant(0.5),
    });
    const values = [...variables].map(([name, variable]) => [
      name.split('/').at(-1),
      [...new Set(variable.dataSync())],
    ]);
    expect(values).toEqual([
      ['kernel', [0.5]],
      ['bias', [0]],
      ['w_f_diag', [0.5]],
      ['w_i_diag', [0.5]],
      ['w_o_diag', [0.5]],
      ['kernel', [0.5]],
    ]);
  });

  it('describes the same recurrence as BasicLSTMCell where it has no option of its own', () => {
    expect(new LSTMCell(3).recurrence).toEqual(new BasicLSTMCell(3).recurrence);
    const { peepholes, projection } =
      new LSTMCell(3, { inputSize: 2, usePeepholes: true, numProj: 2 }).recurrence.weights ?? {};
    expect([peepholes?.f.shape, peepholes?.i.shape, peepholes?.o.shape, projection?.shape]).toEqual([
      [3],
      [3],
      [3],
      [3, 2],
    ]);
  });

  it.each([
    [{ cellClip: 0 }, 'LSTMCell: expected cellClip to be above 0, or left out, got 0'],
    [{ cellClip: Number.NaN }, 'LSTMCell: expected cellClip to be above 0, or left out, got NaN'],
    [{ numProj: 2, projClip: -1 }, 'LSTMCell: expected projClip to be above 0, or left out, got -1'],
    [{ numProj: 0 }, 'LSTMCell: expected numProj to be a positive integer, got 0'],
    [{ forgetBias: Number.POSITIVE_INFINITY }, 'LSTMCell: expected forgetBias to be a finite number, got Infinity'],
  ])('refuses %o', (options, text) => {
    expectThrows(() => new LSTMCell(3, options), text);
  });
});
