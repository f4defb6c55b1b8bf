import { ones, type Tensor2D } from '@tensorflow/tfjs-core';
import { expectNoLeak } from 'testing';
import { describe, expect, it } from 'vitest';
import type { RNNCell } from './cell';
import { GRUCell } from './core/gru-cell';
import { LSTMCell } from './core/lstm-cell';
import { ownZeroState } from './own-zero-state';
import { flattenState, type State } from './state';
import { countingCell } from './testing/plain-cells';
import { AttentionCellWrapper } from './wrappers/attention-cell-wrapper';
import { DropoutWrapper } from './wrappers/dropout-wrapper';
import { MultiRNNCell } from './wrappers/multi-rnn-cell';
import { OutputProjectionWrapper } from './wrappers/output-projection-wrapper';
import { ResidualWrapper } from './wrappers/residual-wrapper';

/** A cell that begins at ones. */
const atOnes = (size: number): RNNCell<Tensor2D> => ({
  ...countingCell(size),
  zeroState: (batch) => ones([batch, size]),
});
const numbers = (state: State | undefined) => state && flattenState(state).map((part) => [...part.dataSync()]);

describe('ownZeroState', () => {
  it('is what a cell says, and nothing where it begins at zeros', () => {
    expect(numbers(ownZeroState(atOnes(2), 1))).toEqual([[1, 1]]);
    const layers = new MultiRNNCell([new LSTMCell(2), new MultiRNNCell([new GRUCell(2)])]);
    const cells: RNNCell[] = [countingCell(2), new LSTMCell(2), layers];
    for (const cell of cells) expect(ownZeroState(cell, 3)).toBeUndefined();
  });

  it('is nothing for no rows', () => {
    expect(ownZeroState(new ResidualWrapper(atOnes(2)), 0)).toBeUndefined();
  });

  it('is that of every layer where one has its own', () => {
    const cell = new MultiRNNCell([new GRUCell(1), atOnes(2), countingCell(1)]);
    expect(numbers(ownZeroState(cell, 1))).toEqual([[0], [1, 1], [0]]);
    const joined = new MultiRNNCell([new GRUCell(1), atOnes(2)], { stateIsTuple: false });
    expect(numbers(ownZeroState(joined, 2))).toEqual([[0, 1, 1, 0, 1, 1]]);
    expectNoLeak(() => ownZeroState(cell, 1));
    expectNoLeak(() => ownZeroState(joined, 1));
  });

  it("is the wrapped cell's, beside what a wrapper adds", () => {
    expect(numbers(ownZeroState(new DropoutWrapper(atOnes(2)), 1))).toEqual([[1, 1]]);
    expect(numbers(ownZeroState(new OutputProjectionWrapper(atOnes(2), { outputSize: 3 }), 1))).toEqual([[1, 1]]);
    const attention = new AttentionCellWrapper(atOnes(2), { attnLength: 1, attnSize: 3 });
    expect(numbers(ownZeroState(attention, 1))).toEqual([
      [1, 1],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    const joined = new AttentionCellWrapper(atOnes(1), { attnLength: 1, stateIsTuple: false });
    expect(numbers(ownZeroState(joined, 1))).toEqual([[1, 0, 0]]);
    expectNoLeak(() => attention.zeroState(2));
    expectNoLeak(() => joined.zeroState(2));
  });
});
