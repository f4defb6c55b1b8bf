import '@rnn/cells/gradients';
import {
  type AnyRNNCell,
  BasicLSTMCell,
  ClockworkRNNCell,
  Conv1DLSTMCell,
  Conv2DLSTMCell,
  Conv3DLSTMCell,
  ConvLSTMCell,
  DropoutWrapper,
  describeState,
  dimsOf,
  EmbeddingWrapper,
  flattenState,
  LSTMCell,
  MultiRNNCell,
  NTMCell,
  PhasedLSTMCell,
  ResidualWrapper,
  type State,
  tidyState,
  VariableStore,
  zeroState,
} from '@rnn/cells';
import {
  concat,
  slice,
  sum,
  type Tensor,
  type Tensor4D,
  tensor,
  transpose,
  unstack,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { bidirectionalDynamicRnn } from './bidirectional-dynamic-rnn';
import { dynamicRnn } from './dynamic-rnn';
import { lastRelevant } from './last-relevant';
import { stackBidirectionalDynamicRnn } from './stack-bidirectional-dynamic-rnn';
import { staticBidirectionalRnn } from './static-bidirectional-rnn';
import { staticRnn } from './static-rnn';
import { stepByHand } from './testing/by-hand';
import { otherCells } from './testing/every-cell';

const [B, T] = [3, 6];
const lengths = [6, 0, 3];
const ids = Array.from({ length: B * T }, (_, n) => (5 * n) % 4);
/** Rows of a time, later at each step, and two features. */
const timed = Array.from({ length: B * T }, (_, n) => [0.7 * (n % T) + 0.1, ...sequenceOf(2, n)]).flat();

const convolution = { outputChannels: 2, skipConnection: true };

/** Each cell that `every-cell.ts` leaves out, with inputs `[B, T, D]` that it takes, or `[B, T, …inputShape]` with as many numbers. */
const cases: Readonly<Record<string, { make: () => AnyRNNCell; D: number; inputs: number[] }>> = {
  ClockworkRNNCell: {
    make: () => new ClockworkRNNCell(4, { periods: [1, 3], firstStep: 1 }),
    ...{ D: 2, inputs: sequenceOf(B * T * 2, 1) },
  },
  Conv1DLSTMCell: {
    make: () => new Conv1DLSTMCell({ ...convolution, inputShape: [4, 2], kernelShape: [3] }),
    ...{ D: 8, inputs: sequenceOf(B * T * 8, 2) },
  },
  Conv2DLSTMCell: {
    make: () => new Conv2DLSTMCell({ ...convolution, inputShape: [3, 2, 1], kernelShape: [2, 3] }),
    ...{ D: 6, inputs: sequenceOf(B * T * 6, 3) },
  },
  Conv3DLSTMCell: {
    make: () => new Conv3DLSTMCell({ ...convolution, inputShape: [2, 1, 2, 3], kernelShape: [2, 1, 2] }),
    ...{ D: 12, inputs: sequenceOf(B * T * 12, 4) },
  },
  ConvLSTMCell: {
    make: () => new ConvLSTMCell(1, { inputShape: [3, 2], outputChannels: 3, kernelShape: [2] }),
    ...{ D: 6, inputs: sequenceOf(B * T * 6, 5) },
  },
  'MultiRNNCell, ResidualWrapper and DropoutWrapper of convolutions': {
    make: () => {
      const layer = () => new Conv2DLSTMCell({ inputShape: [2, 2, 3], outputChannels: 3, kernelShape: [2, 2] });
      return new MultiRNNCell([layer(), new ResidualWrapper(layer()), new DropoutWrapper(layer())]);
    },
    ...{ D: 12, inputs: sequenceOf(B * T * 12, 6) },
  },
  EmbeddingWrapper: {
    make: () => new EmbeddingWrapper(new BasicLSTMCell(2), { embeddingClasses: 4, embeddingSize: 3 }),
    ...{ D: 1, inputs: ids },
  },
  NTMCell: {
    make: () =>
      new NTMCell(new LSTMCell(3), {
        ...{ memorySize: 5, memoryVectorDim: 2, readHeadNum: 2, writeHeadNum: 1, outputDim: 3 },
        store: new VariableStore({ seed: 2 }),
      }),
    ...{ D: 2, inputs: sequenceOf(B * T * 2, 7) },
  },
  PhasedLSTMCell: {
    make: () => new PhasedLSTMCell(3, { usePeepholes: true, periodInitMax: 4, ratioOn: 0.5 }),
    ...{ D: 3, inputs: timed },
  },
};

test('every cell that is left out elsewhere is here', () => {
  expect(Object.keys(cases)).toEqual(expect.arrayContaining([...otherCells]));
});

describe.each(Object.entries(cases))('%s', (_, { make, D, inputs }) => {
  const numbers = (state: State): number[] => flattenState(state).flatMap((part) => [...part.dataSync()]);
  /** A built cell, and its inputs over time. */
  const drawn = () => {
    const cell = make();
    const dims = cell.inputShape?.dims ?? [D];
    cell.build?.(cell.inputShape ?? D);
    return { cell, x: tensor(inputs, [B, T, ...dims]) as never, dims: [T, ...dims] };
  };

  test('gives in every runner what stepping by hand gives', () => {
    const { cell, x } = drawn();
    const initial = cell.zeroState?.(B) ?? zeroState(cell.stateSize, B);
    const want = stepByHand(cell, inputs, { B, T, D }, initial, lengths);
    const [outputs, state] = dynamicRnn(cell, x, { sequenceLength: lengths });
    expect(outputs.shape).toEqual([B, T, ...dimsOf(cell.outputSize)]);
    expectClose(outputs, want.outputs);
    expectClose(numbers(state), want.state.flat());
    expect(describeState(state)).toBe(describeState(cell.stateSize, B));
    const [steps, last] = staticRnn(cell, unstack(x, 1), { sequenceLength: lengths });
    for (const [t, output] of steps.entries()) {
      expect(output.shape).toEqual([B, ...dimsOf(cell.outputSize)]);
      expectClose(output, unstack(outputs, 1)[t]?.dataSync() ?? []);
    }
    expectClose(numbers(last), want.state.flat());
  });

  test('gives backward what stepping by hand gives, joined with forward', () => {
    const { cell, x } = drawn();
    const initial = cell.zeroState?.(B) ?? zeroState(cell.stateSize, B);
    const want = stepByHand(cell, inputs, { B, T, D }, initial, lengths, true);
    const [[forward, backward], [, state]] = bidirectionalDynamicRnn(cell, cell, x, { sequenceLength: lengths });
    expectClose(backward, want.outputs);
    expectClose(numbers(state), want.state.flat());
    const joined = concat([forward, backward], -1);
    const [steps] = staticBidirectionalRnn(cell, cell, unstack(x, 1), { sequenceLength: lengths });
    for (const [t, output] of steps.entries()) expectClose(output, unstack(joined, 1)[t]?.dataSync() ?? []);
    const [stacked] = stackBidirectionalDynamicRnn([cell], [cell], x, { sequenceLength: lengths });
    expect(stacked.shape).toEqual(joined.shape);
    expectClose(stacked, joined.dataSync());
  });

  test('gives time-major, and of each row the last output alone', () => {
    const { cell, x } = drawn();
    const [want] = dynamicRnn(cell, x, { sequenceLength: lengths });
    const axes = (rank: number) => [1, 0, ...Array.from({ length: rank - 2 }, (_, k) => k + 2)];
    const swapped = transpose(x, axes((x as Tensor).rank)) as never;
    const [outputs] = dynamicRnn(cell, swapped, { sequenceLength: lengths, timeMajor: true });
    expectClose(transpose(outputs, axes(outputs.rank)), want.dataSync());
    const [last] = dynamicRnn(cell, x, { sequenceLength: lengths, returnSequences: false });
    expect(last.shape).toEqual([B, ...dimsOf(cell.outputSize)]);
    expectClose(last, lastRelevant(want as Tensor4D, lengths).dataSync());
  });

  test('gives in two chunks what the whole gives', () => {
    const { cell, x } = drawn();
    const [whole, want] = dynamicRnn(cell, x);
    const chunk = (of: Tensor, from: number, size: number) =>
      slice(of, [0, from, ...of.shape.slice(2).map(() => 0)], [-1, size, ...of.shape.slice(2)]) as never;
    const [first, middle] = dynamicRnn(cell, chunk(x, 0, 2));
    const [second, state] = dynamicRnn(cell, chunk(x, 2, 4), { initialState: middle });
    expectClose(first, (chunk(whole, 0, 2) as Tensor).dataSync());
    expectClose(second, (chunk(whole, 2, 4) as Tensor).dataSync());
    expectClose(numbers(state), numbers(want));
  });

  test('gives every weight a gradient, and leaves nothing behind', () => {
    const { cell, x } = drawn();
    const variables = [...(cell.variables?.values() ?? [])] as Variable[];
    const run = () => tidyState(() => dynamicRnn(cell, x, { sequenceLength: lengths }));
    const { grads } = variableGrads(() => sum(dynamicRnn(cell, x, { sequenceLength: lengths })[0]), variables);
    for (const { name } of variables) expect(grads[name]?.dataSync().some((value) => value !== 0)).toBe(true);
    expectNoLeak(run);
  });
});
