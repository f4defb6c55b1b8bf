import { flattenState, ownZeroState, type RNNCell, type State, zeroState } from '@rnn/cells';
import {
  concat,
  split,
  stack,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  transpose,
  unstack,
} from '@tensorflow/tfjs-core';
import { explain } from '../pass/explain';
import { bidirectionalDynamicRnn } from '../runners/bidirectional-dynamic-rnn';
import { dynamicRnn } from '../runners/dynamic-rnn';
import { stackBidirectionalDynamicRnn } from '../runners/stack-bidirectional-dynamic-rnn';
import { stackBidirectionalRnn } from '../runners/stack-bidirectional-rnn';
import { staticBidirectionalRnn } from '../runners/static-bidirectional-rnn';
import { staticRnn } from '../runners/static-rnn';
import { staticStateSavingRnn } from '../runners/static-state-saving-rnn';
import { stream } from '../runners/stream';
import { truncatedRnn } from '../runners/truncated-rnn';
import { timeWindows } from '../sequences/time-windows';
import { dynamicAsRaw } from './dynamic-as-raw';

interface RunOptions {
  readonly sequenceLength?: readonly number[];
  readonly kernel: 'auto' | 'reference';
}

/** One cell over `inputs [B, T, …]`. `partner` is another of its kind, for the other direction. */
export type Run = (
  cell: RNNCell,
  inputs: Tensor3D,
  initialState: State | undefined,
  options: RunOptions,
  partner: RNNCell,
) => [outputs: Tensor, state: State];

export interface StackOptions extends RunOptions {
  readonly statesFw?: readonly State[];
  readonly statesBw?: readonly State[];
}

/** Layers of cells both ways over `inputs [B, T, D]`. The outputs are `[B, T, P forward + P backward]`. */
export type RunBothWays = (
  cellsFw: readonly RNNCell[],
  cellsBw: readonly RNNCell[],
  inputs: Tensor3D,
  options: StackOptions,
) => [outputs: Tensor, statesFw: readonly State[], statesBw: readonly State[]];

/** Batch-major to time-major and back. */
const swap = (x: Tensor): Tensor3D =>
  transpose(
    x,
    x.shape.map((_, axis) => (axis < 2 ? 1 - axis : axis)),
  ) as Tensor3D;
/** `[B, T, …]` to T tensors `[B, …]` and back. */
const toList = (x: Tensor): Tensor2D[] => unstack(x, 1) as Tensor2D[];
const fromList = (steps: readonly Tensor[]): Tensor => stack([...steps], 1);
/** The backward half of outputs that are joined along the last axis. */
const backwardHalf = (x: Tensor): Tensor => split(x, 2, x.rank - 1)[1] as Tensor;

/** What a built cell begins with, for the runners that have to be told. */
const startOf = (cell: RNNCell, { shape: [B] }: Tensor3D): State =>
  ownZeroState(cell, B) ?? zeroState(cell.stateSize, B);

/** Every way of running one cell forward. A name begins with the runner. */
export const forward: Readonly<Record<string, Run>> = {
  dynamicRnn: (cell, inputs, initialState, options) => dynamicRnn(cell, inputs, { initialState, ...options }),
  'dynamicRnn, time-major, 2 steps at once': (cell, inputs, initialState, options) => {
    const all = { initialState, timeMajor: true, parallelIterations: 2, ...options };
    const [outputs, state] = dynamicRnn(cell, swap(inputs), all);
    return [swap(outputs), state];
  },
  staticRnn: (cell, inputs, initialState, options) => {
    const [outputs, state] = staticRnn(cell, toList(inputs), { initialState, ...options });
    return [fromList(outputs), state];
  },
  'staticRnn with onStep': (cell, inputs, initialState, options) => {
    const all = { initialState, onStep: () => undefined, ...options };
    const [outputs, state] = staticRnn(cell, toList(inputs), all);
    return [fromList(outputs), state];
  },
  'rawRnn, dynamicRnn as its loop function': (cell, inputs, initialState, { sequenceLength }) => {
    const start = initialState ?? startOf(cell, inputs);
    const [outputs, state] = dynamicAsRaw(cell, toList(inputs), { initialState: start, lengths: sequenceLength });
    return [swap(outputs), state];
  },
  staticStateSavingRnn: (cell, inputs, initialState, options) => {
    const parts = flattenState(initialState ?? startOf(cell, inputs));
    const saver = {
      state: (name: string) => parts[Number(name)] as Tensor,
      saveState: (_: string, part: Tensor) => part.dispose(),
    };
    const names = parts.map((_, k) => `${k}`);
    const [outputs, state] = staticStateSavingRnn(cell, toList(inputs), saver, names, options);
    return [fromList(outputs), state];
  },
  'bidirectionalDynamicRnn, forward': (cell, inputs, initialStateFw, options, partner) => {
    const [[outputs], [state]] = bidirectionalDynamicRnn(cell, partner, inputs, { initialStateFw, ...options });
    return [outputs, state];
  },
};

/** Every way of running one backward. */
export const backward: Readonly<Record<string, Run>> = {
  'bidirectionalDynamicRnn, backward': (cell, inputs, initialStateBw, options, partner) => {
    const [[, outputs], [, state]] = bidirectionalDynamicRnn(partner, cell, inputs, { initialStateBw, ...options });
    return [outputs, state];
  },
  'staticBidirectionalRnn, backward': (cell, inputs, initialStateBw, options, partner) => {
    const all = { initialStateBw, ...options };
    const [outputs, , state] = staticBidirectionalRnn(partner, cell, toList(inputs), all);
    return [backwardHalf(fromList(outputs)), state];
  },
};

/** The ways that keep the state from call to call, through which no gradient flows. */
export const carried: Readonly<Record<string, Run>> = {
  'truncatedRnn, in windows of two steps': (cell, inputs, initialState, { sequenceLength, kernel }) => {
    const rnn = truncatedRnn(cell, { batchSize: inputs.shape[0], kernel });
    if (initialState !== undefined) rnn.setState(initialState);
    const windows = timeWindows(inputs, 2, { sequenceLength });
    const outputs = windows.map((window) => rnn.run(window.of(inputs), window)[0]);
    const state = rnn.getState();
    rnn.dispose();
    return [concat(outputs, 1), state];
  },
  'stream, which takes no lengths': (cell, inputs, initialState, { kernel }) => {
    // For so few rows auto takes no fused kernel on every backend.
    const isFused = explain(cell, inputs, { kernel }).layers.every((layer) => layer.kernel === 'fused');
    const chosen = isFused ? 'fused' : 'reference';
    const served = stream(cell, { batchSize: inputs.shape[0], kernel: chosen, training: true });
    if (initialState !== undefined) served.setState(initialState);
    const outputs = toList(inputs).map((step) => served.step(step));
    const state = served.getState();
    served.dispose();
    return [fromList(outputs), state];
  },
};

/** The runners of one cell each way. */
export const bothWays: Readonly<Record<string, RunBothWays>> = {
  bidirectionalDynamicRnn: ([fw], [bw], inputs, { statesFw, statesBw, ...options }) => {
    const all = { initialStateFw: statesFw?.[0], initialStateBw: statesBw?.[0], ...options };
    const [outputs, [stateFw, stateBw]] = bidirectionalDynamicRnn(fw as RNNCell, bw as RNNCell, inputs, all);
    return [concat(outputs, 2), [stateFw], [stateBw]];
  },
  staticBidirectionalRnn: ([fw], [bw], inputs, { statesFw, statesBw, ...options }) => {
    const all = { initialStateFw: statesFw?.[0], initialStateBw: statesBw?.[0], ...options };
    const [outputs, stateFw, stateBw] = staticBidirectionalRnn(fw as RNNCell, bw as RNNCell, toList(inputs), all);
    return [fromList(outputs), [stateFw], [stateBw]];
  },
};

/** The runners of as many layers each way as they are given. */
export const stacked: Readonly<Record<string, RunBothWays>> = {
  stackBidirectionalDynamicRnn: (cellsFw, cellsBw, inputs, { statesFw, statesBw, ...options }) =>
    stackBidirectionalDynamicRnn(cellsFw, cellsBw, inputs, {
      ...{ initialStatesFw: statesFw as State[] | undefined, initialStatesBw: statesBw as State[] | undefined },
      ...options,
    }),
  stackBidirectionalRnn: (cellsFw, cellsBw, inputs, { statesFw, statesBw, ...options }) => {
    const all = { initialStatesFw: statesFw as State[], initialStatesBw: statesBw as State[], ...options };
    const [outputs, ...states] = stackBidirectionalRnn(cellsFw, cellsBw, toList(inputs), all);
    return [fromList(outputs), ...states];
  },
};

/** Functions and classes of `@rnn/unroll` that run no cell, and where their proofs are. */
export const noRunners = {
  explain: 'computes nothing; explain.test.ts',
  Explanation: 'what explain gives',
  lastRelevant: 'takes outputs, not a cell; last-relevant.test.ts has its lengths, gradients and refusals',
  Stream: 'what stream gives',
  timeWindows: 'takes inputs, not a cell; time-windows.test.ts has its lengths, gradients and refusals',
  TruncatedRnn: 'what truncatedRnn gives',
  reverseSequence: 'takes inputs, not a cell; reverse-sequence.test.ts has its lengths, gradients and refusals',
} satisfies Readonly<Record<string, string>>;
