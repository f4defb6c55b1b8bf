import '@rnn/cells/gradients';
import {
  dot,
  reshape,
  type Scalar,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tensor3d,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, it } from 'vitest';
import { Conv1DLSTMCell } from '../contrib/conv-1d-lstm-cell';
import { GRUCell } from '../core/gru-cell';
import { LSTMCell } from '../core/lstm-cell';
import { flattenState, LSTMStateTuple, type State } from '../state';
import { expectThrows } from '../testing/expect-throws';
import { countingCell, passingCell } from '../testing/plain-cells';
import { constant } from '../weights/initializers';
import { VariableStore } from '../weights/variable-store';
import { DropoutWrapper } from './dropout-wrapper';
import { MultiRNNCell } from './multi-rnn-cell';
import { ResidualWrapper } from './residual-wrapper';
import { trainableInitialState } from './trainable-initial-state';

const values = (tensor: Tensor): number[] => [...tensor.dataSync()];
const parts = (state: State): number[][] => flattenState(state).map(values);
const matrix = (rows: number, width: number, seed = 1): Tensor2D =>
  tensor2d(sequenceOf(rows * width, seed), [rows, width]);

describe('trainableInitialState', () => {
  it('has a variable for each part of the state, beside its cell’s, in the scope of whoever builds it', () => {
    const names = (cell: ReturnType<typeof trainableInitialState>, scope?: string) => {
      cell.build(2, { ...(scope !== undefined && { scope }) });
      return [...cell.variables].map(([name, { shape }]) => `${name} [${shape}]`);
    };
    expect(names(trainableInitialState(new LSTMCell(4, { numProj: 3 })), 'rnn')).toEqual([
      'rnn/lstm_cell/kernel [5,16]',
      'rnn/lstm_cell/bias [16]',
      'rnn/lstm_cell/projection/kernel [4,3]',
      'rnn/initial_state/c [4]',
      'rnn/initial_state/h [3]',
    ]);
    expect(names(trainableInitialState(countingCell(3)))).toEqual(['initial_state [3]']);
    const layers = new MultiRNNCell([new LSTMCell(4), new GRUCell(3)]);
    expect(names(trainableInitialState(layers, { name: 'start' }), 'rnn').slice(-3)).toEqual([
      'rnn/start/0/c [4]',
      'rnn/start/0/h [4]',
      'rnn/start/1 [3]',
    ]);
    const one = new MultiRNNCell([new GRUCell(2), trainableInitialState(new GRUCell(3))]);
    one.build(2, { scope: 'rnn' });
    expect([...one.variables.keys()].at(-1)).toBe('rnn/multi_rnn_cell/cell_1/initial_state');
  });

  it('begins at zeros, or as its initializer says, and then where it was trained to, in every row', () => {
    const cell = trainableInitialState(new LSTMCell(2));
    cell.build(1);
    expect(parts(cell.zeroState(2))).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
    const [c, h] = [...cell.variables.values()].slice(-2);
    c?.assign(tensor1d([1, 2]));
    h?.assign(tensor1d([3, 4]));
    const state = cell.zeroState(3);
    expect(state).toBeInstanceOf(LSTMStateTuple);
    expect(parts(state)).toEqual([
      [1, 2, 1, 2, 1, 2],
      [3, 4, 3, 4, 3, 4],
    ]);
    const ones = trainableInitialState(countingCell(2), { initializer: constant(1) });
    ones.build(2);
    expect(parts(ones.zeroState(1))).toEqual([[1, 1]]);
  });

  it('takes a step as its cell does', () => {
    const cell = new GRUCell(3, { inputSize: 2 });
    const [x, state] = [matrix(4, 2), matrix(4, 3, 2)];
    expect(values(trainableInitialState(cell).call(x, state)[0])).toEqual(values(cell.call(x, state)[0]));
    expect(trainableInitialState(cell).recurrence).toEqual(cell.recurrence);
    expect(trainableInitialState(countingCell(2)).recurrence).toBeUndefined();
  });

  it('gives each part the sum of the gradients of its rows', () => {
    const cell = trainableInitialState(passingCell<Tensor2D>(3));
    cell.build(3);
    const shares = sequenceOf(4 * 3, 7);
    const loss = () => dot(reshape(cell.call(matrix(4, 3), cell.zeroState(4))[1], [-1]), tensor1d(shares)) as Scalar;
    const [variable] = [...cell.variables.values()];
    const gradient = tidy(() => variableGrads(loss).grads[variable?.name ?? '']) as Tensor;
    expectClose(
      gradient,
      [0, 1, 2].map((n) => [0, 1, 2, 3].reduce((sum, row) => sum + (shares[3 * row + n] as number), 0)),
    );
  });

  it('is drawn and evaluated as its cell, and begins elsewhere inside of wrappers too', () => {
    const inner = passingCell<Tensor2D>(2);
    const dropped = new DropoutWrapper(inner, { inputKeepProb: 0.5 });
    expect(trainableInitialState(dropped).forSequence?.(2, 2, { training: false })).toBe(inner);
    const wrapped = new ResidualWrapper(trainableInitialState(inner, { initializer: constant(5) }));
    wrapped.build(2);
    expect(parts(wrapped.zeroState(1))).toEqual([[5, 5]]);
  });

  it('begins a cell of more axes at a trained image', () => {
    const conv = new Conv1DLSTMCell({ inputShape: [4, 2], outputChannels: 3, kernelShape: [3] });
    const cell = trainableInitialState(conv);
    cell.build(conv.inputShape, { scope: 'rnn' });
    const [c, h] = ['c', 'h'].map((part) => cell.variables.get(`rnn/initial_state/${part}`)) as [Variable, Variable];
    expect([c.shape, h.shape]).toEqual([
      [4, 3],
      [4, 3],
    ]);
    const [ofC, ofH] = [sequenceOf(12, 2), sequenceOf(12, 3)];
    c.assign(tensor2d(ofC, [4, 3]));
    h.assign(tensor2d(ofH, [4, 3]));
    const state = cell.zeroState(2);
    expect(flattenState(state).map(({ shape }) => shape)).toEqual([
      [2, 4, 3],
      [2, 4, 3],
    ]);
    expectClose(state.c, [...ofC, ...ofC]);
    expectClose(state.h, [...ofH, ...ofH]);
    const x = tensor3d(sequenceOf(2 * 4 * 2, 1), [2, 4, 2]);
    expect(values(cell.call(x, state)[0])).toEqual(values(conv.call(x, state)[0]));
    expectNoLeak(() => cell.zeroState(2));
  });

  it('shares its variables by a store', () => {
    const store = new VariableStore({ seed: 1 });
    const make = (reuse: boolean) => {
      const cell = trainableInitialState(countingCell(2), { store, reuse });
      cell.build(2, { scope: 'rnn' });
      return cell.variables.get('rnn/initial_state');
    };
    expect(make(false)).toBe(store.variables.get('rnn/initial_state'));
    expect(make(true)).toBe(store.variables.get('rnn/initial_state'));
  });

  it('leaves as many tensors as it found', () => {
    const cell = trainableInitialState(new LSTMCell(2));
    expectNoLeak(() => {
      cell.build(3);
      cell.dispose();
    });
    expect(cell.variables.size).toBe(0);
    cell.build(3);
    expectNoLeak(() => cell.zeroState(2));
    const x = matrix(2, 3);
    expectNoLeak(() => tidy(() => cell.call(x, cell.zeroState(2)) as never));
    const odd = trainableInitialState(new LSTMCell(2), { initializer: () => Float32Array.of(1) });
    expectThrows(() => odd.build(3), 'initializer of initial_state/c: expected 2 values for shape [2], got 1');
    expect(odd.variables.size).toBe(0);
  });

  it('refuses what is no cell, no initializer and no batch, and to begin before it is built', () => {
    expectThrows(
      () => trainableInitialState(undefined as never),
      'trainableInitialState: expected cell to be a cell, with call, stateSize and outputSize, got undefined',
    );
    expectThrows(
      () => trainableInitialState(new GRUCell(2), { initializer: 0 as never }),
      'trainableInitialState: expected initializer to be a function, got 0',
    );
    expectThrows(
      () => trainableInitialState(new GRUCell(2), { reuse: true }),
      'trainableInitialState: expected a store together with reuse: true, got none. Pass the VariableStore that holds the variables, or share one instance of the cell.',
    );
    const cell = trainableInitialState(new GRUCell(2));
    expectThrows(
      () => cell.zeroState(2),
      'TrainableInitialState.zeroState: expected a cell whose weights are made, got one without. Call build first.',
    );
    expectThrows(
      () => cell.zeroState(0),
      'TrainableInitialState.zeroState: expected batchSize to be a positive integer, got 0',
    );
  });
});
