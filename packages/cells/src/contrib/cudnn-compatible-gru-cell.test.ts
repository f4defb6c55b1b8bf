import { describe, expect, it } from 'vitest';
import { GRUCell } from '../core/gru-cell';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { cut, each, plus, product, type Row, sigmoid } from '../testing/float64';
import { constant } from '../weights/initializers';
import { CudnnCompatibleGRUCell } from './cudnn-compatible-gru-cell';

const rowStep: RowStep = (x, [h = []], weights) => {
  const layer = (v: Row, name: string): Row =>
    each(plus, product(v, weights[`${name}/kernel`] ?? []), weights[`${name}/bias`] ?? []);
  const [r = [], u = []] = cut(layer([...x, ...h], 'gates').map(sigmoid), 2);
  const [ofInputs, ofState] = [layer(x, 'candidate/input_projection'), layer(h, 'candidate/hidden_projection')];
  const n = each((x, r, h) => Math.tanh(x + r * h), ofInputs, r, ofState);
  const next = each((u, h, n) => u * h + (1 - u) * n, u, h, n);
  return { output: next, state: [next] };
};

const uniqueValues = (cell: CudnnCompatibleGRUCell) =>
  [...cell.variables.values()].map((weight) => [...new Set(weight.dataSync())]);

describe('CudnnCompatibleGRUCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new CudnnCompatibleGRUCell(numUnits), shape, rowStep);
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new CudnnCompatibleGRUCell(3, { inputSize: 4 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['cudnn_compatible_gru_cell/gates/kernel', [7, 6]],
      ['cudnn_compatible_gru_cell/gates/bias', [6]],
      ['cudnn_compatible_gru_cell/candidate/input_projection/kernel', [4, 3]],
      ['cudnn_compatible_gru_cell/candidate/input_projection/bias', [3]],
      ['cudnn_compatible_gru_cell/candidate/hidden_projection/kernel', [3, 3]],
      ['cudnn_compatible_gru_cell/candidate/hidden_projection/bias', [3]],
    ]);
  });

  it('starts with gate biases of 1 and candidate biases of 0, and all kernels by the initializer given', () => {
    const cell = new CudnnCompatibleGRUCell(3, { inputSize: 2, kernelInitializer: constant(0.25) });
    expect(uniqueValues(cell)).toEqual([[0.25], [1], [0.25], [0], [0.25], [0]]);
  });

  it('has a state as wide as its output', () => {
    const cell = new CudnnCompatibleGRUCell(3);
    expect([cell.stateSize, cell.outputSize, cell.zeroState(2).shape]).toEqual([3, 3, [2, 3]]);
  });

  it('declares that its reset gate acts after the product, where that of GRUCell acts before', () => {
    expect(new CudnnCompatibleGRUCell(3).recurrence).toEqual({
      ...{ type: 'gru', numUnits: 3, activation: 'tanh', resetAfter: true },
    });
    expect(new GRUCell(3).recurrence.resetAfter).toBeUndefined();
  });
});
