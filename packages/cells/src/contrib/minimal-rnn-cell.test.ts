import { describe, expect, it } from 'vitest';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { each, plus, product, sigmoid } from '../testing/float64';
import { constant } from '../weights/initializers';
import { MinimalRNNCell } from './minimal-rnn-cell';

const stepWith =
  (act: (x: number) => number = Math.tanh): RowStep =>
  (x, [h = []], { kernel = [], bias = [] }) => {
    const rowsOfInputs = x.length * h.length;
    const z = product(x, kernel.slice(0, rowsOfInputs)).map(act);
    const u = each(plus, product([...z, ...h], kernel.slice(rowsOfInputs)), bias).map(sigmoid);
    const next = each((u, h, z) => u * h + (1 - u) * z, u, h, z);
    return { output: next, state: [next] };
  };

const uniqueValues = (cell: MinimalRNNCell) =>
  [...cell.variables.values()].map((weight) => [...new Set(weight.dataSync())]);

describe('MinimalRNNCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new MinimalRNNCell(numUnits), shape, stepWith());
  });

  it("uses the activation for the inputs' image", () => {
    const relu = (x: number) => Math.max(0, x);
    checkStep(new MinimalRNNCell(3, { activation: 'relu' }), { inputSize: 2, batchSize: 2 }, stepWith(relu));
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new MinimalRNNCell(3, { inputSize: 4 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['minimal_rnn_cell/kernel', [10, 3]],
      ['minimal_rnn_cell/bias', [3]],
    ]);
  });

  it('starts with biases of 1, or by the initializers given', () => {
    expect(uniqueValues(new MinimalRNNCell(3, { inputSize: 2 }))[1]).toEqual([1]);
    const options = { inputSize: 2, kernelInitializer: constant(0.25), biasInitializer: constant(-0.5) };
    expect(uniqueValues(new MinimalRNNCell(3, options))).toEqual([[0.25], [-0.5]]);
  });

  it('has a state as wide as its output', () => {
    const cell = new MinimalRNNCell(3);
    expect([cell.stateSize, cell.outputSize, cell.zeroState(2).shape]).toEqual([3, 3, [2, 3]]);
  });
});
