import { describe, expect, it } from 'vitest';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { cut, each, product, sigmoid } from '../testing/float64';
import { constant } from '../weights/initializers';
import { CFNCell } from './cfn-cell';

const stepWith =
  (act: (x: number) => number = Math.tanh): RowStep =>
  (x, [h = []], { kernel = [], recurrent_kernel = [], bias = [] }) => {
    const [toTheta = [], toEta = [], image = []] = cut(product(x, kernel), 3);
    const gate = (wx: number, uh: number, b: number) => sigmoid(wx + uh + b);
    const gates = each(gate, [...toTheta, ...toEta], product(h, recurrent_kernel), bias);
    const [theta = [], eta = []] = cut(gates, 2);
    const next = each((theta, eta, h, w) => theta * act(h) + (1 - eta) * act(w), theta, eta, h, image);
    return { output: next, state: [next] };
  };

const uniqueValues = (cell: CFNCell) => [...cell.variables.values()].map((weight) => [...new Set(weight.dataSync())]);

describe('CFNCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new CFNCell(numUnits), shape, stepWith());
  });

  it("uses the activation for the state and for the inputs' image", () => {
    const relu = (x: number) => Math.max(0, x);
    checkStep(new CFNCell(3, { activation: 'relu' }), { inputSize: 2, batchSize: 2 }, stepWith(relu));
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new CFNCell(3, { inputSize: 4 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['cfn_cell/kernel', [4, 9]],
      ['cfn_cell/recurrent_kernel', [3, 6]],
      ['cfn_cell/bias', [6]],
    ]);
  });

  it('starts with biases of 1, or by the initializers given', () => {
    expect(uniqueValues(new CFNCell(3, { inputSize: 2 }))[2]).toEqual([1]);
    const options = { inputSize: 2, kernelInitializer: constant(0.25), biasInitializer: constant(-0.5) };
    expect(uniqueValues(new CFNCell(3, options))).toEqual([[0.25], [0.25], [-0.5]]);
  });

  it('has a state as wide as its output', () => {
    const cell = new CFNCell(3);
    expect([cell.stateSize, cell.outputSize, cell.zeroState(2).shape]).toEqual([3, 3, [2, 3]]);
  });
});
