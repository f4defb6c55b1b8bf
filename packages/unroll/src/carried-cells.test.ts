import {
  type AnyRNNCell,
  Conv2DLSTMCell,
  flattenState,
  GRUCell,
  LSTMCell,
  MultiRNNCell,
  NTMCell,
  ownZeroState,
  ResidualWrapper,
  type State,
  zeroState,
} from '@rnn/cells';
import { concat, fill, stack, type Tensor, type Tensor2D, tensor, transpose, unstack } from '@tensorflow/tfjs-core';
import { expectClose, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { dynamicRnn } from './dynamic-rnn';
import { staticStateSavingRnn } from './static-state-saving-rnn';
import { stream } from './stream';
import { dynamicAsRaw } from './testing/dynamic-as-raw';
import { timeWindows } from './time-windows';
import { truncatedRnn } from './truncated-rnn';

/** A cell that declares its recurrence and begins at 2 in every unit. */
class GRUFromTwo extends GRUCell {
  override zeroState(batchSize: number): Tensor2D {
    return fill([batchSize, this.numUnits], 2);
  }
}

const [B, T] = [8, 5];
const values = (state: State) => flattenState(state).flatMap((part) => [...part.dataSync()]);
const image = () => new Conv2DLSTMCell({ inputShape: [3, 2, 2], outputChannels: 2, kernelShape: [2, 2] });

// Whose inputs, outputs and states are images, or whose sequences begin elsewhere than at zeros.
describe.each<[string, () => AnyRNNCell, number[]]>([
  ['images', image, [3, 2, 2]],
  ['layers of images', () => new MultiRNNCell([image(), new ResidualWrapper(image())]), [3, 2, 2]],
  [
    'a memory',
    () =>
      new NTMCell(new LSTMCell(3), {
        memorySize: 4,
        memoryVectorDim: 2,
        readHeadNum: 1,
        writeHeadNum: 1,
        outputDim: 3,
      }),
    [3],
  ],
  ['a state that begins at 2, fused', () => new GRUFromTwo(3), [3]],
  ['a layer that begins at 2', () => new MultiRNNCell([new GRUCell(2), new GRUFromTwo(3)]), [3]],
])('%s', (_, make, dims) => {
  const given = () => {
    const cell = make();
    const size = dims.reduce((product, n) => product * n, B * T);
    const inputs = tensor(sequenceOf(size, 1), [B, T, ...dims]);
    const [outputs, state] = dynamicRnn(cell, inputs as never);
    const steps = unstack(inputs, 1) as never[];
    const start = ownZeroState(cell, B) ?? zeroState(cell.stateSize, B);
    return { cell, inputs: inputs as never, steps, start, outputs: outputs as Tensor, state };
  };

  test('under a loop function as under dynamicRnn', () => {
    const { cell, steps, start, outputs, state } = given();
    const [emitted, final] = dynamicAsRaw(cell, steps, { initialState: start });
    expect(emitted.shape).toEqual([T, B, ...outputs.shape.slice(2)]);
    const overTime = transpose(outputs, [1, 0, ...outputs.shape.slice(2).map((_, k) => k + 2)]);
    expectClose(emitted, overTime.dataSync());
    expectClose(values(final), values(state));
  });

  test('from a saved state', () => {
    const { cell, steps, start, outputs, state } = given();
    const saved = flattenState(start);
    const saver = {
      state: (k: string) => saved[Number(k)] as Tensor,
      saveState: (k: string, part: Tensor) => {
        saved[Number(k)] = part;
      },
    };
    const names = saved.map((_, k) => `${k}`);
    const [got] = staticStateSavingRnn(cell, steps, saver, names);
    expectClose(stack(got, 1), outputs.dataSync());
    expectClose(
      saved.flatMap((part) => [...part.dataSync()]),
      values(state),
    );
  });

  test('in windows', () => {
    const { cell, inputs, outputs, state } = given();
    const rnn = truncatedRnn(cell, { batchSize: B });
    const got = timeWindows(inputs, 2).map((window) => rnn.run(window.of(inputs))[0]);
    expectClose(concat(got as Tensor[], 1), outputs.dataSync());
    expectClose(values(rnn.getState()), values(state));
  });

  test.each(['auto', 'reference'] as const)('in a stream, kernel: %s', (kernel) => {
    const { cell, steps, outputs, state } = given();
    const served = stream(cell, { batchSize: B, kernel });
    expectClose(
      stack(
        steps.map((x) => served.step(x)),
        1,
      ),
      outputs.dataSync(),
    );
    expectClose(values(served.getState()), values(state));
  });

  test('a row that is reset begins where the cell begins', () => {
    const { cell, steps, start } = given();
    const served = stream(cell, { batchSize: B });
    expectClose(values(served.getState()), values(start));
    served.step(steps[0] as never);
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
