import type { Tensor2D, Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs-core';
import {
  AttentionCellWrapper,
  BasicLSTMCell,
  type BidirectionalGridLSTMCell,
  type Conv1DLSTMCell,
  Conv2DLSTMCell,
  type Conv3DLSTMCell,
  CoupledInputForgetGateLSTMCell,
  type CudnnCompatibleGRUCell,
  type CudnnCompatibleLSTMCell,
  DeviceWrapper,
  DropoutWrapper,
  GRUCell,
  GridLSTMCell,
  HighwayWrapper,
  LSTMCell,
  type LSTMStateTuple,
  MultiRNNCell,
  type NASCell,
  NTMCell,
  ResidualWrapper,
  type RNNCell,
  type SRUCell,
  type TensorShape,
  trainableInitialState,
  ZoneoutWrapper,
} from './index';

// Checked by `tsc` alone and never run: each `@ts-expect-error` fails the type check where its line does compile.

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const isTrue = <T extends true>(): T | undefined => undefined;
type StateOf<C extends { call(inputs: Tensor2D, state: never): unknown }> = Parameters<C['call']>[1];

declare const x: Tensor2D;
declare const pair: LSTMStateTuple;

/** The state of each cell. */
export function states() {
  const lstm = new LSTMCell(2);
  const joined = new LSTMCell(2, { stateIsTuple: false });
  const basic = new BasicLSTMCell(2, { forgetBias: 0 });
  const basicJoined = new BasicLSTMCell(2, { stateIsTuple: false });
  isTrue<Same<StateOf<typeof lstm>, LSTMStateTuple>>();
  isTrue<Same<StateOf<typeof basic>, LSTMStateTuple>>();
  isTrue<Same<StateOf<typeof joined>, Tensor2D>>();
  isTrue<Same<StateOf<typeof basicJoined>, Tensor2D>>();
  isTrue<Same<StateOf<GRUCell>, Tensor2D>>();
  isTrue<Same<StateOf<CudnnCompatibleGRUCell>, Tensor2D>>();
  isTrue<Same<StateOf<CudnnCompatibleLSTMCell>, LSTMStateTuple>>();
  const coupledJoined = new CoupledInputForgetGateLSTMCell(2, { stateIsTuple: false });
  isTrue<Same<StateOf<CoupledInputForgetGateLSTMCell>, LSTMStateTuple>>();
  isTrue<Same<StateOf<typeof coupledJoined>, Tensor2D>>();
  isTrue<Same<StateOf<NASCell>, LSTMStateTuple>>();
  const windows = { numFrequencyBlocks: [2], featureSize: 2, frequencySkip: 1 };
  const gridJoined = new GridLSTMCell(2, { ...windows, stateIsTuple: false });
  isTrue<Same<StateOf<GridLSTMCell>, readonly LSTMStateTuple[]>>();
  isTrue<Same<StateOf<typeof gridJoined>, Tensor2D>>();
  isTrue<Same<StateOf<BidirectionalGridLSTMCell>[1], readonly LSTMStateTuple[]>>();
  isTrue<Same<StateOf<SRUCell>, Tensor2D>>();
  isTrue<Same<typeof lstm.stateSize, LSTMStateTuple<number>>>();
  isTrue<Same<typeof joined.stateSize, number>>();

  // cuDNN adds nothing to the forget gate.
  type CudnnOptions = NonNullable<ConstructorParameters<typeof CudnnCompatibleLSTMCell>[1]>;
  isTrue<Same<Extract<keyof CudnnOptions, 'forgetBias' | 'name'>, 'name'>>();
  lstm.call(x, { c: x, h: x });
}

/** A tuple of cells has a tuple of states. */
export function layers() {
  const cell = new MultiRNNCell([new LSTMCell(2), new GRUCell(3)]);
  isTrue<Same<StateOf<typeof cell>, [LSTMStateTuple, Tensor2D]>>();
  isTrue<Same<ReturnType<typeof cell.call>, [Tensor2D, [LSTMStateTuple, Tensor2D]]>>();
  isTrue<Same<ReturnType<typeof cell.zeroState>, [LSTMStateTuple, Tensor2D]>>();
  cell.call(x, [pair, x]);

  const many = new MultiRNNCell([128, 256].map((units) => new LSTMCell(units)));
  isTrue<Same<StateOf<typeof many>, LSTMStateTuple[]>>();

  const joined = new MultiRNNCell([new GRUCell(2), new GRUCell(3)], { stateIsTuple: false });
  isTrue<Same<StateOf<typeof joined>, Tensor2D>>();

  const nested = new MultiRNNCell([cell, new ResidualWrapper(new GRUCell(3))]);
  isTrue<Same<StateOf<typeof nested>, [[LSTMStateTuple, Tensor2D], Tensor2D]>>();
}

/** A wrapper has the state of its cell; a cell of one's own needs three members. */
export function wrappers() {
  const residual = new ResidualWrapper(new LSTMCell(2));
  isTrue<Same<StateOf<typeof residual>, LSTMStateTuple>>();
  const dropout = new DropoutWrapper(new GRUCell(2), { inputKeepProb: 0.5 });
  isTrue<Same<StateOf<typeof dropout>, Tensor2D>>();
  const highway = new HighwayWrapper(new LSTMCell(2));
  isTrue<Same<StateOf<typeof highway>, LSTMStateTuple>>();
  const attention = new AttentionCellWrapper(new LSTMCell(2), { attnLength: 3 });
  isTrue<Same<StateOf<typeof attention>, readonly [LSTMStateTuple, Tensor2D, Tensor2D]>>();
  const joined = new AttentionCellWrapper(new GRUCell(2), { attnLength: 3, stateIsTuple: false });
  isTrue<Same<StateOf<typeof joined>, Tensor2D>>();
  const own: RNNCell<Tensor2D> = { stateSize: 1, outputSize: 1, call: (inputs, state) => [inputs, state] };
  const cell = new MultiRNNCell([own, new LSTMCell(2)]);
  isTrue<Same<StateOf<typeof cell>, [Tensor2D, LSTMStateTuple]>>();
  // @ts-expect-error: no stateSize
  new MultiRNNCell([{ outputSize: 1, call: (inputs: Tensor2D, state: Tensor2D) => [inputs, state] }]);
  // @ts-expect-error: a state that is a number
  const wrong: RNNCell<number> = own;
  return wrong;
}

/** Inputs, outputs and states of more axes, and cells upon and around such cells. */
export function shapes(image: Tensor4D) {
  const options = { inputShape: [4, 4, 3], outputChannels: 3, kernelShape: [3, 3] };
  const cell = new Conv2DLSTMCell(options);
  isTrue<Same<Parameters<typeof cell.call>, [inputs: Tensor4D, state: LSTMStateTuple<Tensor4D>]>>();
  isTrue<Same<ReturnType<typeof cell.call>, [Tensor4D, LSTMStateTuple<Tensor4D>]>>();
  isTrue<Same<typeof cell.outputSize, TensorShape>>();
  isTrue<Same<Parameters<Conv1DLSTMCell['call']>[0], Tensor3D>>();
  isTrue<Same<Parameters<Conv3DLSTMCell['call']>[0], Tensor5D>>();
  isTrue<Same<Parameters<typeof cell.build>[0], TensorShape>>();
  cell.build(cell.inputShape);

  const layers = new MultiRNNCell([cell, new ResidualWrapper(new Conv2DLSTMCell(options))]);
  isTrue<Same<ReturnType<typeof layers.call>, [Tensor4D, [LSTMStateTuple<Tensor4D>, LSTMStateTuple<Tensor4D>]]>>();
  isTrue<Same<Parameters<typeof layers.call>[0], Tensor4D>>();
  layers.call(image, layers.zeroState(2));
  const dropout = new DropoutWrapper(cell);
  isTrue<Same<ReturnType<typeof dropout.call>, [Tensor4D, LSTMStateTuple<Tensor4D>]>>();
  const [device, zoneout, trained] = [
    new DeviceWrapper(cell, 'cpu'),
    new ZoneoutWrapper(cell),
    trainableInitialState(cell),
  ] as const;
  isTrue<Same<ReturnType<typeof device.call>, [Tensor4D, LSTMStateTuple<Tensor4D>]>>();
  isTrue<Same<ReturnType<typeof zoneout.call>, [Tensor4D, LSTMStateTuple<Tensor4D>]>>();
  isTrue<Same<ReturnType<typeof trained.call>, [Tensor4D, LSTMStateTuple<Tensor4D>]>>();
  device.build(cell.inputShape);
  isTrue<Same<Parameters<typeof zoneout.build>[0], TensorShape>>();
  isTrue<Same<Parameters<typeof trained.call>[0], Tensor4D>>();
  // @ts-expect-error: a highway is for rows
  new HighwayWrapper(cell);

  const ntm = new NTMCell(new LSTMCell(2), { memorySize: 4, memoryVectorDim: 2, readHeadNum: 1, writeHeadNum: 1 });
  const [, [controller, [read], , memory]] = ntm.call(x, ntm.zeroState(2));
  isTrue<Same<typeof controller, LSTMStateTuple>>();
  isTrue<Same<typeof memory, Tensor3D>>();
  return read;
}
