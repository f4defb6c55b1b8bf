import { describe, expect, it } from 'vitest';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { each, product, sigmoid } from '../testing/float64';
import { IndRNNCell } from './ind-rnn-cell';

const stepWith =
  (act: (x: number) => number): RowStep =>
  (x, [h = []], { kernel_w = [], kernel_u = [], bias = [] }) => {
    const next = each((wx, h, u, b) => act(wx + h * u + b), product(x, kernel_w), h, kernel_u, bias);
    return { output: next, state: [next] };
  };

describe('IndRNNCell', () => {
  it.each(randomShapes)('is one step of its equation for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new IndRNNCell(numUnits), shape, stepWith(Math.tanh));
  });

  it('uses the activation', () => {
    checkStep(new IndRNNCell(3, { activation: 'sigmoid' }), { inputSize: 2, batchSize: 2 }, stepWith(sigmoid));
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new IndRNNCell(3, { inputSize: 4 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['ind_rnn_cell/kernel_w', [4, 3]],
      ['ind_rnn_cell/kernel_u', [1, 3]],
      ['ind_rnn_cell/bias', [3]],
    ]);
  });

  it('starts with recurrent weights spread over [-1, 1) and biases of 0', () => {
    const [, kernel, bias] = [...new IndRNNCell(500, { inputSize: 1 }).variables.values()];
    const values = [...(kernel?.dataSync() ?? [])];
    expect(Math.max(...values)).toBeLessThan(1);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(1.9);
    expect(new Set(bias?.dataSync())).toEqual(new Set([0]));
  });

  it('has a state as wide as its output', () => {
    const cell = new IndRNNCell(3);
    expect([cell.stateSize, cell.outputSize, cell.zeroState(2).shape]).toEqual([3, 3, [2, 3]]);
  });
});
