import { describe, expect, it } from 'vitest';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { cut, each, plus, product, type Row, sigmoid } from '../testing/float64';
import { constant } from '../weights/initializers';
import { IntersectionRNNCell } from './intersection-rnn-cell';

const stepWith =
  (forgetBias: number, act: (x: number) => number): RowStep =>
  (inputs, [h = []], weights) => {
    const layer = (v: Row, scope: string): Row =>
      each(plus, product(v, weights[`${scope}kernel`] ?? []), weights[`${scope}bias`] ?? []);
    const x = weights['in_projection/kernel'] === undefined ? inputs : layer(inputs, 'in_projection/');
    const [gh = [], h1 = [], gy = [], y = []] = cut(layer([...x, ...h], ''), 4);
    const share = (gate: number) => sigmoid(gate + forgetBias);
    return {
      output: each((g, x, y) => share(g) * x + (1 - share(g)) * act(y), gy, x, y),
      state: [each((g, h, n) => share(g) * h + (1 - share(g)) * Math.tanh(n), gh, h, h1)],
    };
  };

describe('IntersectionRNNCell', () => {
  it.each(randomShapes)('is one step of its equations for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    const cell = new IntersectionRNNCell(numUnits, { numInProj: numUnits, yActivation: 'tanh' });
    checkStep(cell, shape, stepWith(1, Math.tanh));
  });

  it('needs no projection of inputs that are as wide as its units', () => {
    const cell = new IntersectionRNNCell(3, { forgetBias: 0.5, yActivation: 'sigmoid' });
    checkStep(cell, { inputSize: 3, batchSize: 2 }, stepWith(0.5, sigmoid));
    expect([...cell.variables.keys()]).toEqual(['intersection_rnn_cell/kernel', 'intersection_rnn_cell/bias']);
    expect([cell.stateSize, cell.outputSize, new IntersectionRNNCell(3).yActivation]).toEqual([3, 3, 'relu']);
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const cell = new IntersectionRNNCell(3, { numInProj: 3, inputSize: 4, initializer: constant(0.25) });
    expect([...cell.variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['intersection_rnn_cell/in_projection/kernel', [4, 3]],
      ['intersection_rnn_cell/in_projection/bias', [3]],
      ['intersection_rnn_cell/kernel', [6, 12]],
      ['intersection_rnn_cell/bias', [12]],
    ]);
    const values = [...cell.variables.values()].map((weight) => [...new Set(weight.dataSync())]);
    expect(values).toEqual([[0.25], [0], [0.25], [0]]);
  });

  it('refuses inputs of another width that it is not to project, and a projection to another width', () => {
    expectThrows(
      () => new IntersectionRNNCell(3, { inputSize: 4 }),
      'IntersectionRNNCell.build: expected inputSize to be numUnits, 3, got 4. Set numInProj to 3: the inputs are then projected to that width.',
    );
    expectThrows(
      () => new IntersectionRNNCell(3, { numInProj: 4 }),
      'IntersectionRNNCell: expected numInProj to be numUnits, 3, or left out, got 4',
    );
    expectThrows(
      () => new IntersectionRNNCell(3, { forgetBias: Number.NaN }),
      'IntersectionRNNCell: expected forgetBias to be a finite number, got NaN',
    );
  });
});
