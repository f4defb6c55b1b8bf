import { add, matMul, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { expectClose, sequenceOf } from 'testing';
import { describe, expect, it } from 'vitest';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { each, plus, product } from '../testing/float64';
import { BasicRNNCell } from './basic-rnn-cell';

const stepWith =
  (act: (x: number) => number): RowStep =>
  (x, [h = []], { kernel = [], bias = [] }) => {
    const next = each(act, each(plus, product([...x, ...h], kernel), bias));
    return { output: next, state: [next] };
  };

describe('BasicRNNCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new BasicRNNCell(numUnits), shape, stepWith(Math.tanh));
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new BasicRNNCell(3, { inputSize: 4 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['basic_rnn_cell/kernel', [7, 3]],
      ['basic_rnn_cell/bias', [3]],
    ]);
  });

  it.each([
    ['tanh', Math.tanh],
    ['relu', (x: number) => Math.max(0, x)],
    ['sigmoid', (x: number) => 1 / (1 + Math.exp(-x))],
    ['linear', (x: number) => x],
  ] as const)('is one step of its equation with %s, and so are its gradients', (activation, act) => {
    checkStep(new BasicRNNCell(3, { activation }), { inputSize: 4, batchSize: 2 }, stepWith(act));
  });

  it('takes tanh without being told, and any function', () => {
    checkStep(new BasicRNNCell(2), { inputSize: 1, batchSize: 3 }, stepWith(Math.tanh));
    const twice = new BasicRNNCell(2, { activation: (x) => add(x, x) });
    checkStep(
      twice,
      { inputSize: 3, batchSize: 1 },
      stepWith((x) => 2 * x),
    );
  });

  it('gives the numbers of the forward pass by hand', () => {
    const cell = new BasicRNNCell(2, { inputSize: 1 });
    cell.setWeights({
      'basic_rnn_cell/kernel': { shape: [3, 2], data: [0.5, 0.6, 0.1, 0.2, 0.3, 0.4] },
      'basic_rnn_cell/bias': { shape: [2], data: [0.1, -0.1] },
    });
    const outputWeights = tensor2d([[1], [2]]);
    const read = (h: Tensor2D) => add(matMul(h, outputWeights), 0.1).dataSync();
    const [, first] = cell.call(tensor2d([[1]]), cell.zeroState(1));
    expectClose(first, [0.53704957, 0.46211716]);
    expectClose(read(first), [1.56128388]);
    const [, second] = cell.call(tensor2d([[2]]), first);
    expectClose(second, [0.85973818, 0.88366641]);
    expectClose(read(second), [2.72707101]);
  });

  it('has 128 units for BasicRNNCell(128), and gives its new state as its output', () => {
    const cell = new BasicRNNCell(128);
    expect([cell.stateSize, cell.outputSize, cell.numUnits]).toEqual([128, 128, 128]);
    const state = cell.zeroState(32);
    expect(state.shape).toEqual([32, 128]);
    expectClose(state, new Float32Array(32 * 128));
    const [output, next] = cell.call(tensor2d(sequenceOf(3200, 1), [32, 100]), state);
    expect(output.shape).toEqual([32, 128]);
    expect(output.dataSync()).toEqual(next.dataSync());
  });
});
