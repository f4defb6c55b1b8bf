import { describe, expect, it } from 'vitest';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { cut, each, plus, product, sigmoid } from '../testing/float64';
import { SRUCell } from './sru-cell';

const stepWith =
  (act: (x: number) => number = Math.tanh): RowStep =>
  (x, [c = []], { kernel = [], bias = [] }) => {
    const [z = [], toF = [], toR = [], t = []] = cut(product(x, kernel), 4);
    const [f = [], r = []] = cut(each(plus, [...toF, ...toR], bias).map(sigmoid), 2);
    const newC = each((f, c, z) => f * c + (1 - f) * z, f, c, z);
    return { output: each((r, c, t) => r * act(c) + (1 - r) * t, r, newC, t), state: [newC] };
  };

describe('SRUCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new SRUCell(numUnits), shape, stepWith());
  });

  it('uses the activation for the output', () => {
    const relu = (x: number) => Math.max(0, x);
    checkStep(new SRUCell(3, { activation: 'relu' }), { inputSize: 2, batchSize: 2 }, stepWith(relu));
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new SRUCell(3, { inputSize: 4 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['sru_cell/kernel', [4, 12]],
      ['sru_cell/bias', [6]],
    ]);
  });

  it('starts with biases of 0', () => {
    const [, bias] = new SRUCell(3, { inputSize: 2 }).variables.values();
    expect(new Set(bias?.dataSync())).toEqual(new Set([0]));
  });

  it('has a state as wide as its output', () => {
    const cell = new SRUCell(3);
    expect([cell.stateSize, cell.outputSize, cell.zeroState(2).shape]).toEqual([3, 3, [2, 3]]);
  });
});
