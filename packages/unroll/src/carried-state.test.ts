import { type AnyRNNCell, flattenState, GRUCell, LSTMCell, MultiRNNCell, NTMCell, type State } from '@rnn/cells';
import { stack, type Tensor, tensor2d, unstack } from '@tensorflow/tfjs-core';
import { expectClose, sequenceOf } from 'testing';
import { describe, test } from 'vitest';
import { stream } from './stream';
import { GRUFromTwo } from './testing/gru-from-two';

const [B, D] = [4, 3];
const values = (state: State) => flattenState(state).flatMap((part) => [...part.dataSync()]);

describe.each<[string, () => AnyRNNCell]>([
  [
    'a memory',
    () =>
      new NTMCell(new LSTMCell(3), {
        ...{ memorySize: 4, memoryVectorDim: 2, readHeadNum: 1, writeHeadNum: 1, outputDim: 3 },
      }),
  ],
  ['a state that begins at 2, fused', () => new GRUFromTwo(3)],
  ['a layer that begins at 2', () => new MultiRNNCell([new GRUCell(2), new GRUFromTwo(3)])],
])('%s', (_, make) => {
  test('a row that is reset begins where the cell begins', () => {
    const cell = make();
    cell.build?.(D);
    const start = cell.zeroState?.(B) as State;
    const served = stream(cell, { batchSize: B });
    expectClose(values(served.getState()), values(start));
    served.step(tensor2d(sequenceOf(B * D, 1), [B, D]));
    const before = flattenState(served.getState());
    served.reset(Array.from({ length: B }, (_, row) => row === 1));
    for (const [k, part] of flattenState(served.getState()).entries()) {
      const from = flattenState(start)[k] as Tensor;
      const rows = unstack(before[k] as Tensor).map((row, b) => (b === 1 ? (unstack(from)[1] as Tensor) : row));
      expectClose(part, stack(rows).dataSync());
    }
    served.reset();
    expectClose(values(served.getState()), values(start));
  });
});
