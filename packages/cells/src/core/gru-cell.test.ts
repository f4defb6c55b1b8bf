import { describe, expect, it } from 'vitest';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { cut, each, plus, product, type Row, sigmoid } from '../testing/float64';
import { constant } from '../weights/initializers';
import { GRUCell } from './gru-cell';

const stepWith =
  (act: (x: number) => number = Math.tanh): RowStep =>
  (x, [h = []], weights) => {
    const layer = (v: Row, name: 'gates' | 'candidate'): Row =>
      each(plus, product(v, weights[`${name}/kernel`] ?? []), weights[`${name}/bias`] ?? []);
    const [r = [], u = []] = cut(layer([...x, ...h], 'gates').map(sigmoid), 2);
    const n = layer([...x, ...each((r, h) => r * h, r, h)], 'candidate').map(act);
    const next = each((u, h, n) => u * h + (1 - u) * n, u, h, n);
    return { output: next, state: [next] };
  };

const uniqueValues = (cell: GRUCell) => [...cell.variables.values()].map((weight) => [...new Set(weight.dataSync())]);

describe('GRUCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new GRUCell(numUnits), shape, stepWith());
  });

  it('uses the activation for the candidate', () => {
    checkStep(
      new GRUCell(3, { activation: 'relu' }),
      { inputSize: 2, batchSize: 2 },
      stepWith((x) => Math.max(0, x)),
    );
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new GRUCell(3, { inputSize: 4 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['gru_cell/gates/kernel', [7, 6]],
      ['gru_cell/gates/bias', [6]],
      ['gru_cell/candidate/kernel', [7, 3]],
      ['gru_cell/candidate/bias', [3]],
    ]);
  });

  it('starts with gate biases of 1 and candidate biases of 0', () => {
    const [, gates, , candidate] = uniqueValues(new GRUCell(3, { inputSize: 2 }));
    expect([gates, candidate]).toEqual([[1], [0]]);
  });

  it('initialises both kernels and both biases by the initializers given', () => {
    const options = { inputSize: 2, kernelInitializer: constant(0.25), biasInitializer: constant(-0.5) };
    expect(uniqueValues(new GRUCell(3, options))).toEqual([[0.25], [-0.5], [0.25], [-0.5]]);
  });

  it('has a state as wide as its output', () => {
    const cell = new GRUCell(3);
    expect([cell.stateSize, cell.outputSize, cell.zeroState(2).shape]).toEqual([3, 3, [2, 3]]);
  });
});
