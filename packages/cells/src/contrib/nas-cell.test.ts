import { describe, expect, it } from 'vitest';
import { LSTMStateTuple } from '../state';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { cut, each, plus, product, sigmoid } from '../testing/float64';
import { NASCell } from './nas-cell';

const relu = (x: number) => Math.max(0, x);
const { tanh } = Math;

/** Unit by unit; the bias and the projection act where their weights are given. */
const rowStep: RowStep = (x, [c = [], h = []], { recurrent_kernel = [], kernel = [], bias, projection_weights }) => {
  const fromInputs = cut(product(x, kernel), 8);
  const recurrent = product(h, recurrent_kernel);
  const fromState = cut(bias === undefined ? recurrent : each(plus, recurrent, bias), 8);
  const units = c.map((c, n) => {
    const X = (k: number) => fromInputs[k]?.[n] as number;
    const M = (k: number) => fromState[k]?.[n] as number;
    const a = [
      sigmoid(X(0) + M(0)),
      relu(X(1) + M(1)),
      sigmoid(X(2) + M(2)),
      relu(X(3) * M(3)),
      tanh(X(4) + M(4)),
      sigmoid(X(5) + M(5)),
      tanh(X(6) + M(6)),
      sigmoid(X(7) + M(7)),
    ] as const;
    const newC = tanh(tanh(a[0] * a[1]) + c) * tanh(a[2] + a[3]);
    return { newC, m: tanh(newC * tanh(tanh(a[4] * a[5]) + sigmoid(a[6] + a[7]))) };
  });
  const m = units.map(({ m }) => m);
  const newH = projection_weights === undefined ? m : product(m, projection_weights);
  return { output: newH, state: [units.map(({ newC }) => newC), newH] };
};

const sizes = { inputSize: 3, batchSize: 2 };

describe('NASCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    checkStep(new NASCell(numUnits), shape, rowStep);
  });

  it.each([
    ['a bias', { useBias: true }],
    ['a projection', { numProj: 2 }],
    ['a bias and a projection to more than its units', { useBias: true, numProj: 4 }],
  ])('is one step of its equations with %s, and so are its gradients', (_, options) => {
    checkStep(new NASCell(3, options), sizes, rowStep);
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new NASCell(3, { inputSize: 2, useBias: true, numProj: 4 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['nas_cell/recurrent_kernel', [4, 24]],
      ['nas_cell/kernel', [2, 24]],
      ['nas_cell/bias', [24]],
      ['nas_cell/projection_weights', [3, 4]],
    ]);
    const plain = new NASCell(3, { inputSize: 2 });
    expect([...plain.variables.keys()]).toEqual(['nas_cell/recurrent_kernel', 'nas_cell/kernel']);
  });

  it('starts with a bias of 0', () => {
    const { variables } = new NASCell(3, { inputSize: 2, useBias: true });
    expect(new Set(variables.get('nas_cell/bias')?.dataSync())).toEqual(new Set([0]));
  });

  it('has the sizes of its cell and of its projection', () => {
    expect(new NASCell(3).stateSize).toEqual(new LSTMStateTuple(3, 3));
    const cell = new NASCell(3, { numProj: 2 });
    expect([cell.stateSize, cell.outputSize]).toEqual([new LSTMStateTuple(3, 2), 2]);
  });

  it('refuses a numProj that is no size', () => {
    expectThrows(() => new NASCell(3, { numProj: 0 }), 'NASCell: expected numProj to be a positive integer, got 0');
  });
});
