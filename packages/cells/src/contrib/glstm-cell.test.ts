import { describe, expect, it } from 'vitest';
import { checkStep, type RowStep, randomShapes } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { cut, each, plus, product, type Row, sigmoid } from '../testing/float64';
import { constant } from '../weights/initializers';
import { GLSTMCell } from './glstm-cell';

const stepWith =
  (groups: number, forgetBias = 1, act: (x: number) => number = Math.tanh): RowStep =>
  (x, [c = [], h = []], weights) => {
    const [xs, hs] = [cut(x, groups), cut(h, groups)];
    const gates = xs.map((xk, k) => cut(product([...xk, ...(hs[k] as Row)], weights[`group${k}/kernel`] ?? []), 4));
    const gate = (letter: string, at: number): Row =>
      each(
        plus,
        gates.flatMap((group) => group[at] as Row),
        weights[`bias_${letter}`] ?? [],
      );
    const [i, j, f, o] = [gate('i', 0), gate('j', 1), gate('f', 2), gate('o', 3)];
    const newC = each(
      (f, c, i, j) => sigmoid(f + forgetBias) * c + sigmoid(i) * Math.tanh(j),
      ...([f, c, i, j] as const),
    );
    const m = each((o, c) => sigmoid(o) * act(c), o, newC);
    const projection = weights['projection/kernel'];
    const newH = projection === undefined ? m : product(m, projection);
    return { output: newH, state: [newC, newH] };
  };

describe('GLSTMCell', () => {
  it.each(randomShapes)('is an LSTM where there is one group, for %o, gradients too', ({ numUnits, ...shape }) => {
    checkStep(new GLSTMCell(numUnits), shape, stepWith(1));
  });

  it.each([2, 3])('is one step of its equations in %d groups, and so are its gradients', (numberOfGroups) => {
    const shape = { inputSize: 6, batchSize: 2 };
    const options = { numberOfGroups, forgetBias: 0.5, activation: 'sigmoid' } as const;
    checkStep(new GLSTMCell(6, { numberOfGroups }), shape, stepWith(numberOfGroups));
    checkStep(new GLSTMCell(6, { ...options, numProj: 12 }), shape, stepWith(numberOfGroups, 0.5, sigmoid));
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const options = { numberOfGroups: 2, numProj: 6, inputSize: 8, initializer: constant(0.25) };
    const cell = new GLSTMCell(4, options);
    expect([...cell.variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['glstm_cell/group0/kernel', [7, 8]],
      ['glstm_cell/group1/kernel', [7, 8]],
      ['glstm_cell/bias_i', [4]],
      ['glstm_cell/bias_j', [4]],
      ['glstm_cell/bias_f', [4]],
      ['glstm_cell/bias_o', [4]],
      ['glstm_cell/projection/kernel', [4, 6]],
    ]);
    const values = [...cell.variables.values()].map((weight) => [...new Set(weight.dataSync())]);
    expect(values).toEqual([[0.25], [0.25], [0], [0], [0], [0], [0.25]]);
    expect([cell.stateSize.c, cell.stateSize.h, cell.outputSize]).toEqual([4, 6, 6]);
  });

  it('refuses what cannot be cut into its groups', () => {
    const bad: [() => unknown, string][] = [
      [
        () => new GLSTMCell(5, { numberOfGroups: 2 }),
        'GLSTMCell: expected numUnits to be a multiple of numberOfGroups, 2, got 5',
      ],
      [
        () => new GLSTMCell(4, { numberOfGroups: 2, numProj: 3 }),
        'GLSTMCell: expected numProj to be a multiple of numberOfGroups, 2, got 3',
      ],
      [
        () => new GLSTMCell(4, { numberOfGroups: 2, inputSize: 3 }),
        'GLSTMCell.build: expected inputSize to be a multiple of numberOfGroups, 2, got 3',
      ],
      [
        () => new GLSTMCell(4, { numberOfGroups: 0 }),
        'GLSTMCell: expected numberOfGroups to be a positive integer, got 0',
      ],
      [() => new GLSTMCell(4, { numProj: 0 }), 'GLSTMCell: expected numProj to be a positive integer, got 0'],
    ];
    for (const [call, text] of bad) expectThrows(call, text);
  });
});
