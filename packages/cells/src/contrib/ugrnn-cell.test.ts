import { describe, expect, it } from 'vitest';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { cut, each, plus, product, sigmoid } from '../testing/float64';
import { constant } from '../weights/initializers';
import { UGRNNCell } from './ugrnn-cell';

const stepWith =
  ({ forgetBias = 1, act = Math.tanh }: { forgetBias?: number; act?: (x: number) => number } = {}): RowStep =>
  (x, [h = []], { kernel = [], bias = [] }) => {
    const [u = [], n = []] = cut(each(plus, product([...x, ...h], kernel), bias), 2);
    const keep = u.map((u) => sigmoid(u + forgetBias));
    const next = each((g, h, n) => g * h + (1 - g) * act(n), keep, h, n);
    return { output: next, state: [next] };
  };

const sizes = { inputSize: 3, batchSize: 2 };

describe('UGRNNCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new UGRNNCell(numUnits), shape, stepWith());
  });

  it.each([0, 2.5, -1])('adds a forgetBias of %d to its gate', (forgetBias) => {
    checkStep(new UGRNNCell(2, { forgetBias }), sizes, stepWith({ forgetBias }));
  });

  it('uses the activation for the candidate', () => {
    checkStep(new UGRNNCell(3, { activation: 'relu' }), sizes, stepWith({ act: (x) => Math.max(0, x) }));
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new UGRNNCell(3, { inputSize: 4 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['ugrnn_cell/kernel', [7, 6]],
      ['ugrnn_cell/bias', [6]],
    ]);
  });

  it('starts with its kernel by the initializer given and its bias at 0, whatever its forgetBias', () => {
    const cell = new UGRNNCell(3, { inputSize: 2, initializer: constant(0.25), forgetBias: 2 });
    expect([...cell.variables.values()].map((weight) => [...new Set(weight.dataSync())])).toEqual([[0.25], [0]]);
  });

  it('has a state as wide as its output', () => {
    const cell = new UGRNNCell(3);
    expect([cell.stateSize, cell.outputSize, cell.zeroState(2).shape]).toEqual([3, 3, [2, 3]]);
  });

  it('refuses a forgetBias that is no number', () => {
    expectThrows(
      () => new UGRNNCell(2, { forgetBias: Number.NaN }),
      'UGRNNCell: expected forgetBias to be a finite number, got NaN',
    );
  });
});
