import {
  Conv2DLSTMCell,
  GRUCell,
  LSTMCell,
  type LSTMStateTuple,
  MultiRNNCell,
  ResidualWrapper,
  type RNNCell,
} from '@rnn/cells';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs-core';
import {
  bidirectionalDynamicRnn,
  type DynamicRnnOptions,
  dynamicRnn,
  explain,
  lastRelevant,
  rawRnn,
  reverseSequence,
  stackBidirectionalDynamicRnn,
  stackBidirectionalRnn,
  staticBidirectionalRnn,
  staticRnn,
  staticStateSavingRnn,
  stream,
  truncatedRnn,
} from './index';
import { CountingCell } from './testing/counting-cell';

// Checked by `tsc` alone and never run: each `@ts-expect-error` fails the type check where its line does compile.

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const isTrue = <T extends true>(): T | undefined => undefined;

declare const x: Tensor3D;
declare const steps: Tensor2D[];
declare const one: Tensor2D;
declare const pair: LSTMStateTuple;
declare const frame: Tensor4D;
declare const frames: Tensor5D;

/** What a runner gives follows from the cell. */
export function results() {
  const lstm = dynamicRnn(new LSTMCell(2), x);
  const joined = dynamicRnn(new LSTMCell(2, { stateIsTuple: false }), x);
  const layers = dynamicRnn(new MultiRNNCell([new LSTMCell(2), new GRUCell(2)]), x);
  const joinedLayers = dynamicRnn(new MultiRNNCell([new GRUCell(2), new GRUCell(2)], { stateIsTuple: false }), x);
  const listed = staticRnn(new MultiRNNCell([new GRUCell(2), new LSTMCell(2)]), steps);
  const both = bidirectionalDynamicRnn(new LSTMCell(2), new GRUCell(2), x);
  const bothListed = staticBidirectionalRnn(new GRUCell(2), new LSTMCell(2), steps);
  const fw = [new LSTMCell(2), new GRUCell(2)] as const;
  const stacked = stackBidirectionalDynamicRnn(fw, [new GRUCell(2), new LSTMCell(2)], x);
  const stackedListed = stackBidirectionalRnn([new GRUCell(2)], [new LSTMCell(2)], steps);
  const anyNumber = stackBidirectionalRnn([new GRUCell(2)] as GRUCell[], [new LSTMCell(2)] as LSTMCell[], steps);
  const own = dynamicRnn(new CountingCell(2), x);
  isTrue<Same<typeof lstm, [Tensor3D, LSTMStateTuple]>>();
  isTrue<Same<typeof joined, [Tensor3D, Tensor2D]>>();
  isTrue<Same<typeof layers, [Tensor3D, [LSTMStateTuple, Tensor2D]]>>();
  isTrue<Same<typeof joinedLayers, [Tensor3D, Tensor2D]>>();
  isTrue<Same<typeof listed, [Tensor2D[], [Tensor2D, LSTMStateTuple]]>>();
  isTrue<Same<typeof both, [[Tensor3D, Tensor3D], [LSTMStateTuple, Tensor2D]]>>();
  isTrue<Same<typeof bothListed, [Tensor2D[], Tensor2D, LSTMStateTuple]>>();
  isTrue<Same<typeof stacked, [Tensor3D, [LSTMStateTuple, Tensor2D], [Tensor2D, LSTMStateTuple]]>>();
  isTrue<Same<typeof stackedListed, [Tensor2D[], [Tensor2D], [LSTMStateTuple]]>>();
  isTrue<Same<typeof anyNumber, [Tensor2D[], Tensor2D[], LSTMStateTuple[]]>>();
  isTrue<Same<typeof own, [Tensor3D, Tensor2D]>>();
}

/** What `rawRnn` gives follows from what its loop function emits and hands on. */
export function rawResults(ids: Tensor1D) {
  const cell = new LSTMCell(2);
  const outputs = rawRnn(cell, (time, output, state) => [[time > 3], one, state ?? pair, output, null]);
  const states = rawRnn(cell, (time, _, state) => [[time > 3], one, state ?? pair, state, null]);
  const counted = rawRnn(cell, (time, output, state, count: number | null) => [
    [time > 3],
    one,
    state ?? pair,
    output === null ? null : ([ids, output] as const),
    (count ?? 0) + 1,
  ]);
  isTrue<Same<typeof outputs, [emitted: Tensor3D, finalState: LSTMStateTuple, finalLoopState: null]>>();
  isTrue<Same<typeof states, [emitted: LSTMStateTuple<Tensor3D>, finalState: LSTMStateTuple, finalLoopState: null]>>();
  isTrue<Same<typeof counted, [emitted: [Tensor, Tensor3D], finalState: LSTMStateTuple, finalLoopState: number]>>();

  // @ts-expect-error: the state of an LSTM is a pair
  rawRnn(cell, (time, output) => [[time > 3], one, one, output, null]);
  // @ts-expect-error: five things
  rawRnn(cell, (time, output, state) => [[time > 3], one, state ?? pair, output]);
}

/** What carries a state has the cell's. */
export function carriedStates() {
  const served = stream(new MultiRNNCell([new LSTMCell(2), new GRUCell(2)]));
  const state = served.getState();
  const rnn = truncatedRnn(new GRUCell(2), { batchSize: 1 });
  const all = rnn.run(x);
  const last = rnn.run(x, { returnSequences: false });
  const saver = { state: () => one, saveState: () => undefined };
  const saved = staticStateSavingRnn(new LSTMCell(2), steps, saver, { c: 'c', h: 'h' });
  isTrue<Same<typeof state, [LSTMStateTuple, Tensor2D]>>();
  isTrue<Same<typeof all, [Tensor3D, Tensor2D]>>();
  isTrue<Same<typeof last, [Tensor2D, Tensor2D]>>();
  isTrue<Same<typeof saved, [Tensor2D[], LSTMStateTuple]>>();
  served.setState([pair, one]);
  const images = new Conv2DLSTMCell({ inputShape: [3, 3, 1], kernelShape: [2, 2], outputChannels: 2 });
  const image = stream(images).step(frame);
  const [movie] = truncatedRnn(images, { batchSize: 1 }).run(frames);
  const [frameStates] = rawRnn(images, (time, _, state) => [
    [time > 3],
    frame,
    state ?? images.zeroState(1),
    state,
    null,
  ]);
  isTrue<Same<typeof image, Tensor4D>>();
  isTrue<Same<typeof movie, Tensor5D>>();
  isTrue<Same<typeof frameStates, LSTMStateTuple<Tensor5D>>>();
  // @ts-expect-error: a frame is more than numbers
  stream(images).step(one);

  // @ts-expect-error: one state a layer, in order
  served.setState([one, pair]);
  // @ts-expect-error: how many rows there are is not known otherwise
  truncatedRnn(new GRUCell(2), {});
  // @ts-expect-error: a stream takes a step at a time
  served.step(x);
}

/** `returnSequences` decides the rank of the outputs; what is not known before the program runs may be either. */
export function lastOutputs(given: boolean, options: DynamicRnnOptions<Tensor2D>) {
  const last = dynamicRnn(new LSTMCell(2), x, { returnSequences: false, sequenceLength: [1, 2] });
  const all = dynamicRnn(new LSTMCell(2), x, { returnSequences: true });
  const unsaid = dynamicRnn(new LSTMCell(2), x, { returnSequences: undefined });
  const other = dynamicRnn(new LSTMCell(2), x, { timeMajor: true });
  const either = dynamicRnn(new GRUCell(2), x, { returnSequences: given });
  const typed = dynamicRnn(new GRUCell(2), x, options);
  const both = bidirectionalDynamicRnn(new LSTMCell(2), new GRUCell(2), x, { returnSequences: false });
  const stacked = stackBidirectionalDynamicRnn([new GRUCell(2)], [new GRUCell(2)], x, { returnSequences: false });
  isTrue<Same<typeof last, [Tensor2D, LSTMStateTuple]>>();
  isTrue<Same<typeof all, [Tensor3D, LSTMStateTuple]>>();
  isTrue<Same<typeof unsaid, [Tensor3D, LSTMStateTuple]>>();
  isTrue<Same<typeof other, [Tensor3D, LSTMStateTuple]>>();
  isTrue<Same<typeof either, [Tensor2D | Tensor3D, Tensor2D]>>();
  isTrue<Same<typeof typed, [Tensor3D, Tensor2D]>>();
  isTrue<Same<typeof both, [[Tensor2D, Tensor2D], [LSTMStateTuple, Tensor2D]]>>();
  isTrue<Same<typeof stacked, [Tensor2D, [Tensor2D], [Tensor2D]]>>();

  const [lastOfList] = staticRnn(new GRUCell(2), steps, { returnSequences: false });
  const [list] = staticRnn(new GRUCell(2), steps);
  isTrue<Same<typeof lastOfList, Tensor2D>>();
  isTrue<Same<typeof list, Tensor2D[]>>();
  // @ts-expect-error: such a list joins both directions at every step
  staticBidirectionalRnn(new GRUCell(2), new GRUCell(2), steps, { returnSequences: false });
}

/** An option that is undefined is one that is left out. */
export function undefinedOptions() {
  const shared = { sequenceLength: undefined, dtype: undefined, scope: undefined, kernel: undefined };
  const onTensors = { timeMajor: undefined, parallelIterations: undefined, swapMemory: undefined };
  const both = { ...shared, initialStateFw: undefined, initialStateBw: undefined };
  dynamicRnn(new GRUCell(2), x, { ...shared, ...onTensors, initialState: undefined, returnSequences: undefined });
  staticRnn(new GRUCell(2), steps, { ...shared, initialState: undefined, onStep: undefined });
  bidirectionalDynamicRnn(new GRUCell(2), new LSTMCell(2), x, { ...both, ...onTensors, returnSequences: undefined });
  staticBidirectionalRnn(new GRUCell(2), new LSTMCell(2), steps, both);
  const layers = { ...shared, initialStatesFw: undefined, initialStatesBw: undefined };
  stackBidirectionalDynamicRnn([new GRUCell(2)], [new LSTMCell(2)], x, { ...layers, ...onTensors });
  stackBidirectionalRnn([new GRUCell(2)], [new LSTMCell(2)], steps, layers);
  lastRelevant(x, undefined, { timeMajor: undefined });
  reverseSequence(x, undefined, { timeMajor: undefined });
  explain(new GRUCell(2), x, { timeMajor: undefined, swapMemory: undefined, kernel: undefined });
}

/** What `tf.unstack` gives is a list for the static runners, which check its shapes when they run. */
export function lists(unstacked: Tensor[]) {
  staticRnn(new GRUCell(2), unstacked);
  staticBidirectionalRnn(new GRUCell(2), new GRUCell(2), unstacked);
}

/** What a runner takes follows from the cell too. */
export function initialStates() {
  const layers = new MultiRNNCell([new LSTMCell(2), new GRUCell(2)]);
  dynamicRnn(new LSTMCell(2), x, { initialState: pair });
  dynamicRnn(new LSTMCell(2), x, { initialState: { c: one, h: one } });
  dynamicRnn(layers, x, { initialState: [pair, one] });

  // @ts-expect-error: the state of an LSTM is a pair
  dynamicRnn(new LSTMCell(2), x, { initialState: one });
  // @ts-expect-error: the state of a GRU is one tensor
  dynamicRnn(new GRUCell(2), x, { initialState: pair });
  // @ts-expect-error: one state a layer, in order
  dynamicRnn(layers, x, { initialState: [one, pair] });
  // @ts-expect-error: one state for every layer
  dynamicRnn(layers, x, { initialState: [pair] });
  // @ts-expect-error: the forward cell is the LSTM
  bidirectionalDynamicRnn(new LSTMCell(2), new GRUCell(2), x, { initialStateFw: one });
  // @ts-expect-error: the backward cell is the GRU
  staticBidirectionalRnn(new LSTMCell(2), new GRUCell(2), steps, { initialStateBw: pair });

  stackBidirectionalRnn([new LSTMCell(2), new GRUCell(2)], [new GRUCell(2), new GRUCell(2)], steps, {
    initialStatesFw: [pair, one],
  });
  // @ts-expect-error: one state a layer, in order
  stackBidirectionalRnn([new LSTMCell(2)], [new GRUCell(2)], steps, { initialStatesFw: [one] });
  const stack = [new GRUCell(2), new GRUCell(2)] as const;
  // @ts-expect-error: one for every layer
  stackBidirectionalDynamicRnn(stack, stack, x, { initialStatesBw: [one] });
}

/** A cell that is chosen as the program runs has the state of either. */
export function chosen(long: boolean) {
  const cell: RNNCell<LSTMStateTuple | Tensor2D> = long ? new LSTMCell(2) : new GRUCell(2);
  const run = dynamicRnn(cell, x, { initialState: one });
  isTrue<Same<typeof run, [Tensor3D, LSTMStateTuple | Tensor2D]>>();
}

/** Each runner has its own inputs and options. */
export function inputs() {
  // @ts-expect-error: dynamicRnn takes one tensor
  dynamicRnn(new GRUCell(2), steps);
  // @ts-expect-error: staticRnn takes a list
  staticRnn(new GRUCell(2), x);
  // @ts-expect-error: a list has its time axis outside
  staticRnn(new GRUCell(2), steps, { timeMajor: true });
  // @ts-expect-error: onStep is staticRnn's
  dynamicRnn(new GRUCell(2), x, { onStep: () => undefined });
  // @ts-expect-error: not a kernel
  dynamicRnn(new GRUCell(2), x, { kernel: 'fast' });
  // @ts-expect-error: TensorFlow.js has float32 only
  dynamicRnn(new GRUCell(2), x, { dtype: 'float64' });
}

/** The inputs and outputs of a cell of images have one axis more over time. */
export function images(sequence: Tensor5D, list: Tensor4D[]) {
  const cell = new Conv2DLSTMCell({ inputShape: [4, 5, 3], outputChannels: 3, kernelShape: [3, 3] });
  const layers = new MultiRNNCell([cell, new ResidualWrapper(cell)]);
  const all = dynamicRnn(cell, sequence);
  const last = dynamicRnn(layers, sequence, { returnSequences: false });
  const listed = staticRnn(cell, list, { onStep: ({ input, output }) => [input.shape[3], output.shape[3]] });
  const both = bidirectionalDynamicRnn(cell, cell, sequence);
  const bothListed = staticBidirectionalRnn(cell, cell, list);
  const stacked = stackBidirectionalDynamicRnn([cell, cell], [cell, cell], sequence);
  const [relevant, reversed] = [lastRelevant(sequence), reverseSequence(sequence)];
  type ImageState = LSTMStateTuple<Tensor4D>;
  isTrue<Same<typeof all, [Tensor5D, ImageState]>>();
  isTrue<Same<typeof last, [Tensor4D, [ImageState, ImageState]]>>();
  isTrue<Same<typeof listed, [Tensor4D[], ImageState]>>();
  isTrue<Same<typeof both, [[Tensor5D, Tensor5D], [ImageState, ImageState]]>>();
  isTrue<Same<typeof bothListed, [Tensor4D[], ImageState, ImageState]>>();
  isTrue<Same<typeof stacked, [Tensor5D, [ImageState, ImageState], [ImageState, ImageState]]>>();
  isTrue<Same<typeof relevant, Tensor4D>>();
  isTrue<Same<typeof reversed, Tensor5D>>();
  explain(cell, sequence);

  // @ts-expect-error: the cell takes images
  dynamicRnn(cell, x);
  // @ts-expect-error: an axis for time is missing
  dynamicRnn(layers, list[0]);
  // @ts-expect-error: the cell takes rows
  dynamicRnn(new GRUCell(2), sequence);
  // @ts-expect-error: one cell takes images, the other rows
  bidirectionalDynamicRnn(cell, new GRUCell(2), sequence);
  // @ts-expect-error: the state is a pair of images
  dynamicRnn(cell, sequence, { initialState: pair });
  // @ts-expect-error: no axes for time and batch
  lastRelevant(one);
}
