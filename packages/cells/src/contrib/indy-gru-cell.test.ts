import { describe, expect, it } from 'vitest';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { cut, each, product, type Row, sigmoid } from '../testing/float64';
import { constant } from '../weights/initializers';
import { IndyGRUCell } from './indy-gru-cell';

const linear = (wx: number, h: number, u: number, b: number): number => wx + h * u + b;

const stepWith =
  (act: (x: number) => number = Math.tanh): RowStep =>
  (x, [h = []], weights) => {
    const weight = (name: string): Row => weights[name] ?? [];
    const ofInputs = product(x, weight('gates/kernel_w'));
    const gates = each(linear, ofInputs, [...h, ...h], weight('gates/kernel_u'), weight('gates/bias'));
    const [r = [], u = []] = cut(gates.map(sigmoid), 2);
    const reset = each((r, h) => r * h, r, h);
    const ofCandidate = product(x, weight('candidate/kernel'));
    const n = each(linear, ofCandidate, reset, weight('candidate/kernel_u'), weight('candidate/bias')).map(act);
    const next = each((u, h, n) => u * h + (1 - u) * n, u, h, n);
    return { output: next, state: [next] };
  };

const valuesOf = (cell: IndyGRUCell) => [...cell.variables.values()].map((weight) => [...weight.dataSync()]);
const unique = (values: Row = []) => [...new Set(values)];

describe('IndyGRUCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new IndyGRUCell(numUnits), shape, stepWith());
  });

  it('uses the activation for the candidate', () => {
    const relu = (x: number) => Math.max(0, x);
    checkStep(new IndyGRUCell(3, { activation: 'relu' }), { inputSize: 2, batchSize: 2 }, stepWith(relu));
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new IndyGRUCell(3, { inputSize: 4 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['indy_gru_cell/gates/kernel_w', [4, 6]],
      ['indy_gru_cell/gates/kernel_u', [1, 6]],
      ['indy_gru_cell/gates/bias', [6]],
      ['indy_gru_cell/candidate/kernel', [4, 3]],
      ['indy_gru_cell/candidate/kernel_u', [1, 3]],
      ['indy_gru_cell/candidate/bias', [3]],
    ]);
  });

  it('starts with gate biases of 1, candidate biases of 0 and recurrent weights spread over [-1, 1)', () => {
    const [, ofGates = [], gates, , ofCandidate = [], candidate] = valuesOf(new IndyGRUCell(200, { inputSize: 1 }));
    expect([unique(gates), unique(candidate)]).toEqual([[1], [0]]);
    for (const values of [ofGates, ofCandidate]) {
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
      expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(1.8);
    }
  });

  it('initialises the kernels of its inputs and both biases by the initializers given', () => {
    const options = { inputSize: 2, kernelInitializer: constant(0.25), biasInitializer: constant(-0.5) };
    const [ofInputs, , gates, ofCandidate, , candidate] = valuesOf(new IndyGRUCell(3, options)).map(unique);
    expect([ofInputs, gates, ofCandidate, candidate]).toEqual([[0.25], [-0.5], [0.25], [-0.5]]);
  });

  it('has a state as wide as its output', () => {
    const cell = new IndyGRUCell(3);
    expect([cell.stateSize, cell.outputSize, cell.zeroState(2).shape]).toEqual([3, 3, [2, 3]]);
  });
});
