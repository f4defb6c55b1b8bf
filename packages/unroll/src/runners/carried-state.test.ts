import '@rnn/cells/gradients';
import {
  type AnyRNNCell,
  flattenState,
  GRUCell,
  LSTMCell,
  MultiRNNCell,
  NTMCell,
  type State,
  trainableInitialState,
} from '@rnn/cells';
import {
  dot,
  reshape,
  type Scalar,
  stack,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tensor2d,
  tidy,
  unstack,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { centralDifferences, expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { GRUFromTwo } from '../testing/gru-from-two';
import { stream } from './stream';
import { truncatedRnn } from './truncated-rnn';

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

describe('a trained initial state', () => {
  const make = () => trainableInitialState(new GRUCell(2));
  type Trained = ReturnType<typeof make>;
  const flags = [true, false, false, true];
  const inputs = (seed: number) => tensor(sequenceOf(B * D, seed), [B, D]) as Tensor2D;
  const carriers = {
    truncatedRnn: (cell: Trained) => {
      const rnn = truncatedRnn(cell, { batchSize: B });
      return { rnn, run: (x: Tensor2D): Tensor => rnn.run(stack([x], 1) as Tensor3D)[0] };
    },
    stream: (cell: Trained) => {
      const rnn = stream(cell, { batchSize: B });
      return { rnn, run: (x: Tensor2D): Tensor => rnn.step(x) };
    },
  } as const;
  test.each(Object.entries(carriers))(
    'of %s has the gradient of the rows that start again, and of no other',
    (_, of) => {
      const cell = make();
      const { rnn, run } = of(cell);
      cell.build?.(D, { scope: 'rnn' });
      for (const [k, variable] of [...cell.variables.values()].entries())
        variable.assign(tensor(sequenceOf(variable.size, k + 3), variable.shape));
      run(inputs(1));
      const start = cell.variables.get('rnn/initial_state') as Variable;
      const carried = rnn.getState();
      const shares = tensor(sequenceOf(B * 2, 4));
      const loss = (): Scalar => {
        rnn.setState(carried);
        rnn.reset(flags);
        return dot(shares, reshape(run(inputs(2)), [-1])) as Scalar;
      };
      const at = start.dataSync().slice();
      const { grads } = variableGrads(loss, [start]);
      const slopes = centralDifferences(
        (moved) =>
          tidy(() => {
            start.assign(tensor(Float32Array.from(moved)));
            return loss().dataSync()[0] as number;
          }),
        [...at],
        1 / 64,
      );
      expect(slopes.every((slope) => Math.abs(slope) > 0.01)).toBe(true);
      expectClose(grads[start.name] as Tensor, slopes, 5e-3);
    },
  );

  test.each(Object.entries(carriers))('of %s is joined for two resets, and given up by setState', (_, of) => {
    const cell = make();
    const { rnn, run } = of(cell);
    run(inputs(1));
    (cell.variables.get('rnn/initial_state') as Variable).assign(tensor([5, 6]));
    const carried = values(rnn.getState());
    rnn.reset([true, false, false, false]);
    rnn.reset([false, false, false, true]);
    const joined = [5, 6, ...carried.slice(2, 6), 5, 6];
    expectClose(values(rnn.getState()), joined);
    expectNoLeak(() => rnn.getState().dispose());
    const state = tensor2d(sequenceOf(B * 2, 9), [B, 2]);
    rnn.setState(state);
    expectClose(values(rnn.getState()), values(state));
    rnn.reset([true, true, false, false]);
    rnn.reset([false, false, true, true]);
    expectClose(values(rnn.getState()), [5, 6, 5, 6, 5, 6, 5, 6]);
  });

  test.each(Object.entries(carriers))('of %s may be asked for before the first run makes it', (_, of) => {
    const cell = make();
    const { rnn, run } = of(cell);
    rnn.setState(tensor2d(sequenceOf(B * 2, 9), [B, 2]));
    rnn.reset(flags);
    expect([...cell.variables]).toEqual([]);
    run(inputs(1));
    expect([...cell.variables.keys()].at(-1)).toBe('rnn/initial_state');
  });
});
