import { add, tanh } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { LSTMStateTuple } from '../state';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { cut, each, plus, product, sigmoid } from '../testing/float64';
import { BasicLSTMCell } from './basic-lstm-cell';

const stepWith =
  ({ forgetBias = 1, act = Math.tanh }: { forgetBias?: number; act?: (x: number) => number } = {}): RowStep =>
  (x, [c = [], h = []], { kernel = [], bias = [] }) => {
    const [i = [], j = [], f = [], o = []] = cut(each(plus, product([...x, ...h], kernel), bias), 4);
    const newC = each((old, i, j, f) => old * sigmoid(f + forgetBias) + sigmoid(i) * act(j), c, i, j, f);
    const newH = each((c, o) => act(c) * sigmoid(o), newC, o);
    return { output: newH, state: [newC, newH] };
  };

/** The same step on one row that holds c and h. */
const joined =
  (step: RowStep): RowStep =>
  (x, [state = []], weights) => {
    const { output, state: parts } = step(x, cut(state, 2), weights);
    return { output, state: [parts.flat()] };
  };

const sizes = { inputSize: 3, batchSize: 2 };

describe('BasicLSTMCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new BasicLSTMCell(numUnits), shape, stepWith());
  });

  it.each([0, 2.5, -1])('adds a forgetBias of %d when it runs, not to the weights', (forgetBias) => {
    const cell = new BasicLSTMCell(2, { forgetBias });
    checkStep(cell, sizes, stepWith({ forgetBias }));
    const fresh = new BasicLSTMCell(2, { forgetBias, inputSize: 3 });
    expect([...(fresh.variables.get('basic_lstm_cell/bias')?.dataSync() ?? [])]).toEqual(new Array(8).fill(0));
  });

  it('uses the activation for the new input and for the output', () => {
    checkStep(new BasicLSTMCell(2, { activation: 'relu' }), sizes, stepWith({ act: (x) => Math.max(0, x) }));
    const own = (x: number) => Math.tanh(x) + x;
    checkStep(new BasicLSTMCell(2, { activation: (x) => add(tanh(x), x) }), sizes, stepWith({ act: own }));
  });

  it('holds c before h in one tensor with stateIsTuple: false', () => {
    const cell = new BasicLSTMCell(3, { stateIsTuple: false });
    expect(cell.stateSize).toBe(6);
    expect(cell.zeroState(2).shape).toEqual([2, 6]);
    checkStep(cell, sizes, joined(stepWith()));
  });

  it('has an LSTMStateTuple(c=128, h=128) for BasicLSTMCell(128)', () => {
    const cell = new BasicLSTMCell(128);
    expect(cell.stateSize).toEqual(new LSTMStateTuple(128, 128));
    expect(cell.outputSize).toBe(128);
    const { c, h } = cell.zeroState(32);
    expect([c.shape, h.shape]).toEqual([
      [32, 128],
      [32, 128],
    ]);
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new BasicLSTMCell(2, { inputSize: 3 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['basic_lstm_cell/kernel', [5, 8]],
      ['basic_lstm_cell/bias', [8]],
    ]);
  });

  it('refuses a forgetBias that is no number', () => {
    expectThrows(
      () => new BasicLSTMCell(2, { forgetBias: Number.NaN }),
      'BasicLSTMCell: expected forgetBias to be a finite number, got NaN',
    );
  });
});
