import '@rnn/cells/gradients';
import { flattenState, LSTMCell, MultiRNNCell, ResidualWrapper, type RNNCell, type State, tidyState } from '@rnn/cells';
import {
  add,
  mul,
  ones,
  type Rank,
  sum,
  type Tensor2D,
  type Tensor3D,
  tensor2d,
  tensor3d,
  unstack,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { bidirectionalDynamicRnn } from '../runners/bidirectional-dynamic-rnn';
import { dynamicRnn } from '../runners/dynamic-rnn';
import { stackBidirectionalDynamicRnn } from '../runners/stack-bidirectional-dynamic-rnn';
import { staticRnn } from '../runners/static-rnn';
import { CountingCell } from '../testing/counting-cell';
import { GRUFromTwo } from '../testing/gru-from-two';

const [B, T, D] = [2, 3, 4];
const inputs = (): Tensor3D => tensor3d(sequenceOf(B * T * D, 1), [B, T, D]);
const numbers = (state: State): number[] => flattenState(state).flatMap((part) => [...part.dataSync()]);

/** A third party's cell that begins where it is told, for a row. */
class CountingFrom extends CountingCell {
  constructor(readonly start: Tensor2D) {
    super(D);
  }

  zeroState(batchSize: number): Tensor2D {
    return mul(ones<Rank.R2>([batchSize, 1]), this.start);
  }
}

describe('a run that is given no initial state begins with the zero state of the cell', () => {
  test.each<[string, () => RNNCell]>([
    ['a cell whose sequences run as one operation', () => new GRUFromTwo(3, { inputSize: D })],
    ['a stepped cell', () => new CountingFrom(tensor2d([[1, 2, 3, 4]]))],
    ['a wrapped cell', () => new ResidualWrapper(new CountingFrom(tensor2d([[1, 2, 3, 4]])))],
    ['one layer of many', () => new MultiRNNCell([new LSTMCell(2), new GRUFromTwo(3)])],
  ])('%s', (_, make) => {
    const cell = make();
    cell.build?.(D);
    const initialState = cell.zeroState?.(B) as State;
    const [want, wantState] = dynamicRnn(cell, inputs(), { initialState });
    const [outputs, state] = dynamicRnn(cell, inputs());
    expectClose(outputs, want.dataSync());
    expectClose(numbers(state), numbers(wantState));
    const [steps] = staticRnn(cell, unstack(inputs(), 1));
    for (const [t, output] of steps.entries()) expectClose(output, unstack(want, 1)[t]?.dataSync() ?? []);
    const [both] = bidirectionalDynamicRnn(cell, new CountingCell(D), inputs());
    expectClose(both[0], want.dataSync());
    const [, [stacked]] = stackBidirectionalDynamicRnn([cell], [new CountingCell(D)], inputs());
    expectClose(numbers(stacked), numbers(wantState));
    const x = inputs();
    expectNoLeak(() => tidyState(() => dynamicRnn(cell, x, { sequenceLength: [1, 0] })));
  });

  test('so that what it is made from is trained', () => {
    const start = variable(tensor2d([[0.5, -1, 2, 0.25]]));
    const cell = new CountingFrom(start as Tensor2D);
    const x = inputs();
    const { grads } = variableGrads(() => sum(add(dynamicRnn(cell, x)[0], 0)));
    // output_t = x_t · (start + t): the slope of the sum is that of each column of x.
    const columns = sum(x, [0, 1]).dataSync();
    expectClose(grads[start.name] as Tensor2D, columns);
  });

  test('and one of another shape is refused', () => {
    const cell = new CountingFrom(tensor2d([[1, 2]]));
    const x = inputs();
    expect(() => expectNoLeak(() => dynamicRnn(cell, x))).toThrow(
      "dynamicRnn: expected the cell's zero state to have shape [2, 4], got [2, 2]",
    );
  });
});
