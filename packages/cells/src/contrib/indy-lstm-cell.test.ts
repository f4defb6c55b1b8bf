import { describe, expect, it } from 'vitest';
import { LSTMStateTuple } from '../state';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { cut, each, product, sigmoid } from '../testing/float64';
import { constant } from '../weights/initializers';
import { IndyLSTMCell } from './indy-lstm-cell';

const stepWith =
  ({ forgetBias = 1, act = Math.tanh }: { forgetBias?: number; act?: (x: number) => number } = {}): RowStep =>
  (x, [c = [], h = []], { kernel_w = [], kernel_u = [], bias = [] }) => {
    const linear = (wx: number, h: number, u: number, b: number) => wx + h * u + b;
    const gates = each(linear, product(x, kernel_w), [...h, ...h, ...h, ...h], kernel_u, bias);
    const [i = [], j = [], f = [], o = []] = cut(gates, 4);
    const newC = each((old, i, j, f) => old * sigmoid(f + forgetBias) + sigmoid(i) * act(j), c, i, j, f);
    const newH = each((c, o) => act(c) * sigmoid(o), newC, o);
    return { output: newH, state: [newC, newH] };
  };

const sizes = { inputSize: 3, batchSize: 2 };

describe('IndyLSTMCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new IndyLSTMCell(numUnits), shape, stepWith());
  });

  it.each([0, 2.5, -1])('adds a forgetBias of %d to its forget gate', (forgetBias) => {
    checkStep(new IndyLSTMCell(2, { forgetBias }), sizes, stepWith({ forgetBias }));
  });

  it('uses the activation for the new input and for the output', () => {
    checkStep(new IndyLSTMCell(2, { activation: 'relu' }), sizes, stepWith({ act: (x) => Math.max(0, x) }));
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new IndyLSTMCell(2, { inputSize: 3 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['indy_lstm_cell/kernel_w', [3, 8]],
      ['indy_lstm_cell/kernel_u', [1, 8]],
      ['indy_lstm_cell/bias', [8]],
    ]);
  });

  it('starts with biases of 0 and recurrent weights spread over [-1, 1), and takes initializers for the others', () => {
    const [, recurrent, bias] = [...new IndyLSTMCell(100, { inputSize: 1 }).variables.values()];
    const values = [...(recurrent?.dataSync() ?? [])];
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(1.8);
    expect(new Set(bias?.dataSync())).toEqual(new Set([0]));
    const options = { inputSize: 2, kernelInitializer: constant(0.25), biasInitializer: constant(-0.5) };
    const [kernel, , given] = [...new IndyLSTMCell(3, options).variables.values()];
    expect([new Set(kernel?.dataSync()), new Set(given?.dataSync())]).toEqual([new Set([0.25]), new Set([-0.5])]);
  });

  it('has a pair for a state', () => {
    const cell = new IndyLSTMCell(3);
    expect([cell.stateSize, cell.outputSize]).toEqual([new LSTMStateTuple(3, 3), 3]);
  });

  it('refuses a forgetBias that is no number', () => {
    expectThrows(
      () => new IndyLSTMCell(2, { forgetBias: Number.NaN }),
      'IndyLSTMCell: expected forgetBias to be a finite number, got NaN',
    );
  });
});
