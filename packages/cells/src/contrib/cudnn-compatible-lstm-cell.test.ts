import { describe, expect, it } from 'vitest';
import { LSTMStateTuple } from '../state';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { cut, each, plus, product, sigmoid } from '../testing/float64';
import { CudnnCompatibleLSTMCell } from './cudnn-compatible-lstm-cell';

const rowStep: RowStep = (x, [c = [], h = []], { kernel = [], bias = [] }) => {
  const [i = [], j = [], f = [], o = []] = cut(each(plus, product([...x, ...h], kernel), bias), 4);
  const newC = each((old, i, j, f) => old * sigmoid(f) + sigmoid(i) * Math.tanh(j), c, i, j, f);
  const newH = each((c, o) => Math.tanh(c) * sigmoid(o), newC, o);
  return { output: newH, state: [newC, newH] };
};

describe('CudnnCompatibleLSTMCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new CudnnCompatibleLSTMCell(numUnits), shape, rowStep);
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new CudnnCompatibleLSTMCell(2, { inputSize: 3 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['cudnn_compatible_lstm_cell/kernel', [5, 8]],
      ['cudnn_compatible_lstm_cell/bias', [8]],
    ]);
  });

  it('starts with biases of 0', () => {
    const [, bias] = new CudnnCompatibleLSTMCell(2, { inputSize: 3 }).variables.values();
    expect(new Set(bias?.dataSync())).toEqual(new Set([0]));
  });

  it('has a pair for a state', () => {
    const cell = new CudnnCompatibleLSTMCell(3);
    expect([cell.stateSize, cell.outputSize]).toEqual([new LSTMStateTuple(3, 3), 3]);
  });

  it('declares the recurrence of an LSTM that adds nothing to its forget gate', () => {
    expect(new CudnnCompatibleLSTMCell(3).recurrence).toEqual({
      ...{ type: 'lstm', numUnits: 3, activation: 'tanh', forgetBias: 0, usePeepholes: false, stateIsTuple: true },
    });
  });

  it('stays the LSTM of cuDNN whatever else plain JavaScript passes', () => {
    const options = { forgetBias: 1, stateIsTuple: false, activation: 'relu' };
    const { forgetBias, stateIsTuple, activation } = new CudnnCompatibleLSTMCell(3, options as object);
    expect([forgetBias, stateIsTuple, activation]).toEqual([0, true, 'tanh']);
  });
});
