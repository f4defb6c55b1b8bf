import {
  type AnyRNNCell,
  AttentionCellWrapper,
  BasicLSTMCell,
  BasicRNNCell,
  BidirectionalGridLSTMCell,
  CFNCell,
  ClockworkRNNCell,
  Conv1DLSTMCell,
  Conv2DLSTMCell,
  Conv3DLSTMCell,
  ConvLSTMCell,
  CoupledInputForgetGateLSTMCell,
  CudnnCompatibleGRUCell,
  CudnnCompatibleLSTMCell,
  DepthGatedLSTMCell,
  DeviceWrapper,
  DropoutWrapper,
  EmbeddingWrapper,
  flattenState,
  GLSTMCell,
  GRUCell,
  GridLSTMCell,
  HighwayWrapper,
  IndRNNCell,
  IndyGRUCell,
  IndyLSTMCell,
  InputProjectionWrapper,
  IntersectionRNNCell,
  LayerNormBasicLSTMCell,
  LayerNormLSTMCell,
  LSTMCell,
  MinimalRNNCell,
  MultiRNNCell,
  NASCell,
  type NamedWeights,
  NTMCell,
  OutputProjectionWrapper,
  PhasedLSTMCell,
  ResidualWrapper,
  type RNNCell,
  SRUCell,
  type State,
  TimeFreqLSTMCell,
  trainableInitialState,
  UGRNNCell,
  unflattenState,
  WeightNormLSTMCell,
  ZoneoutWrapper,
  zeroState,
} from '@rnn/cells';
import { engine, tensor } from '@tensorflow/tfjs-core';
import { sequenceOf } from 'testing';
import { CountingCell } from './counting-cell';
import { GRUFromTwo } from './gru-from-two';

export type Cell = RNNCell & { setWeights?(weights: NamedWeights): void };

/** A cell for which not any numbers will do, or of which not everything can be asked. */
export interface CellCase {
  readonly make: () => AnyRNNCell;
  /** The shape of one row of one step. Default: `[inputSize]`. */
  readonly rowShape?: readonly number[];
  /** The inputs `[B, T, ...rowShape]`, row-major. Default: numbers that are all different. */
  readonly inputs?: (B: number, T: number) => number[];
  /** A part of the initial state, by its place in `flattenState`. Default: numbers that are all different. */
  readonly state?: Readonly<Record<number, (size: number) => number[]>>;
  /** Weights by the last part of their names. Default: numbers that are all different. */
  readonly weights?: Readonly<Record<string, readonly number[]>>;
  /** Whether it draws anew at each run, by its seed: two runs are then alike if each has a cell of its own. Default: false. */
  readonly random?: boolean;
  /** What cannot be asked of it, `gradient to …`, `two chunks` or `lengths backward`, and why. */
  readonly exempt?: Readonly<Record<string, string>>;
}

/** D, the inputs' width that all take of which nothing else is said. */
export const inputSize = 3;

const convolution = { outputChannels: 2, skipConnection: true };
const drawnByStep = 'masks are drawn for the steps of a run, of which a shorter row skips other ones than by hand';

/**
 * Each cell and wrapper of `@rnn/cells`, bare, with its options, wrapped and stacked, and a third party's. A name begins with the class. An
 * entry is all that a new cell needs to be run in every way, and `conformance.test.ts` fails for one without.
 */
export const everyCell: Readonly<Record<string, (() => AnyRNNCell) | CellCase>> = {
  BasicRNNCell: () => new BasicRNNCell(2),
  'BasicRNNCell, sigmoid': () => new BasicRNNCell(2, { activation: 'sigmoid' }),
  BasicLSTMCell: () => new BasicLSTMCell(2, { forgetBias: 0.5 }),
  'BasicLSTMCell, one tensor for a state': () => new BasicLSTMCell(2, { stateIsTuple: false }),
  LSTMCell: () => new LSTMCell(2),
  'LSTMCell, all options': () =>
    new LSTMCell(3, { usePeepholes: true, numProj: 2, cellClip: 5, projClip: 4, forgetBias: 2 }),
  'LSTMCell, projected, one tensor for a state': () => new LSTMCell(3, { numProj: 2, stateIsTuple: false }),
  GRUCell: () => new GRUCell(3),
  CudnnCompatibleGRUCell: () => new CudnnCompatibleGRUCell(3),
  CudnnCompatibleLSTMCell: () => new CudnnCompatibleLSTMCell(2),
  UGRNNCell: () => new UGRNNCell(2),
  CoupledInputForgetGateLSTMCell: () => new CoupledInputForgetGateLSTMCell(2),
  'CoupledInputForgetGateLSTMCell with peepholes, projected and clipped': () =>
    new CoupledInputForgetGateLSTMCell(3, { usePeepholes: true, numProj: 2, projClip: 4 }),
  'CoupledInputForgetGateLSTMCell, one tensor for a state': () =>
    new CoupledInputForgetGateLSTMCell(3, { numProj: 2, stateIsTuple: false }),
  LayerNormBasicLSTMCell: () => new LayerNormBasicLSTMCell(4),
  'LayerNormBasicLSTMCell with dropout': {
    make: () => new LayerNormBasicLSTMCell(4, { dropoutKeepProb: 0.5, dropoutProbSeed: 2 }),
    random: true,
    exempt: { 'lengths backward': drawnByStep },
  },
  'LayerNormBasicLSTMCell without normalisation': () => new LayerNormBasicLSTMCell(2, { layerNorm: false }),
  LayerNormLSTMCell: () => new LayerNormLSTMCell(3, { usePeepholes: true, numProj: 2, cellClip: 5, projClip: 4 }),
  'LayerNormLSTMCell with normalisation': () => new LayerNormLSTMCell(4, { layerNorm: true, usePeepholes: true }),
  WeightNormLSTMCell: () => new WeightNormLSTMCell(2),
  'WeightNormLSTMCell, all options': () =>
    new WeightNormLSTMCell(3, { usePeepholes: true, numProj: 2, cellClip: 5, projClip: 4, forgetBias: 2 }),
  NASCell: () => new NASCell(3),
  'NASCell, all options': () => new NASCell(3, { useBias: true, numProj: 2 }),
  IndRNNCell: () => new IndRNNCell(2),
  IndyGRUCell: () => new IndyGRUCell(3),
  IndyLSTMCell: () => new IndyLSTMCell(2),
  MinimalRNNCell: () => new MinimalRNNCell(2),
  CFNCell: () => new CFNCell(2),
  ClockworkRNNCell: {
    make: () => new ClockworkRNNCell(4, { periods: [1, 2], firstStep: 1 }),
    state: { 1: (size) => Array.from({ length: size }, (_, b) => b) },
    exempt: { 'gradient to state 1': 'it counts steps, which are whole' },
  },
  SRUCell: () => new SRUCell(2),
  DepthGatedLSTMCell: () => new DepthGatedLSTMCell(2, { usePeepholes: true }),
  PhasedLSTMCell: {
    make: () => new PhasedLSTMCell(3, { usePeepholes: true }),
    inputs: timedInputs,
    weights: { period: [2.5, 3.25, 4], phase: [0.25, 1, 1.75], ratio_on: [0.5, 0.75, 0.625] },
    exempt: { 'gradient to period': 'as in TensorFlow, none passes through the modulo' },
  },
  GLSTMCell: () => new GLSTMCell(3, { numberOfGroups: 3 }),
  'IntersectionRNNCell, projected': () => new IntersectionRNNCell(2, { numInProj: 2, yActivation: 'tanh' }),
  TimeFreqLSTMCell: () => new TimeFreqLSTMCell(2, { featureSize: 2, usePeepholes: true }),
  GridLSTMCell: () => new GridLSTMCell(2, { numFrequencyBlocks: [2], featureSize: 2, frequencySkip: 1 }),
  'GridLSTMCell of two blocks, with shards': () =>
    new GridLSTMCell(2, {
      ...{ numFrequencyBlocks: [2, 1], startFreqindexList: [0, 2], endFreqindexList: [2, 3] },
      ...{ featureSize: 1, frequencySkip: 1, numUnitShards: 2 },
    }),
  'GridLSTMCell, one tensor for a state': () =>
    new GridLSTMCell(2, { numFrequencyBlocks: [2], featureSize: 1, frequencySkip: 2, stateIsTuple: false }),
  BidirectionalGridLSTMCell: () =>
    new BidirectionalGridLSTMCell(2, {
      ...{ numFrequencyBlocks: [2], featureSize: 2, frequencySkip: 1, backwardSliceOffset: 1 },
    }),
  ConvLSTMCell: {
    make: () => new ConvLSTMCell(1, { inputShape: [3, 2], outputChannels: 3, kernelShape: [2] }),
    rowShape: [3, 2],
  },
  Conv1DLSTMCell: {
    make: () => new Conv1DLSTMCell({ ...convolution, inputShape: [4, 2], kernelShape: [3] }),
    rowShape: [4, 2],
  },
  Conv2DLSTMCell: {
    make: () => new Conv2DLSTMCell({ ...convolution, inputShape: [3, 2, 1], kernelShape: [2, 3] }),
    rowShape: [3, 2, 1],
  },
  Conv3DLSTMCell: {
    make: () => new Conv3DLSTMCell({ ...convolution, inputShape: [2, 1, 2, 3], kernelShape: [2, 1, 2] }),
    rowShape: [2, 1, 2, 3],
  },
  NTMCell: {
    make: () =>
      new NTMCell(new LSTMCell(3), {
        ...{ memorySize: 5, memoryVectorDim: 2, readHeadNum: 2, writeHeadNum: 1, outputDim: 3 },
      }),
    state: { 4: addresses, 5: addresses, 6: addresses },
    // No key near 0, where its cosine with a row of the memory turns too fast for differences.
    weights: { parameters_bias: sequenceOf(28, 2).map((entry) => entry + 1) },
  },
  AttentionCellWrapper: () => new AttentionCellWrapper(new BasicLSTMCell(2), { attnLength: 2 }),
  EmbeddingWrapper: {
    make: () => new EmbeddingWrapper(new BasicLSTMCell(2), { embeddingClasses: 4, embeddingSize: 3 }),
    rowShape: [1],
    inputs: (B, T) => Array.from({ length: B * T }, (_, n) => (7 * n + Math.floor(n / T)) % 4),
    exempt: { 'gradient to inputs': 'they are ids' },
  },
  HighwayWrapper: () => new HighwayWrapper(new GRUCell(inputSize), { coupleCarryTransformGates: false }),
  InputProjectionWrapper: () => new InputProjectionWrapper(new GRUCell(2), { numProj: 2, activation: 'tanh' }),
  OutputProjectionWrapper: () => new OutputProjectionWrapper(new LSTMCell(2), { outputSize: 4 }),
  ResidualWrapper: () => new ResidualWrapper(new GRUCell(inputSize)),
  DropoutWrapper: {
    make: () =>
      new DropoutWrapper(new GRUCell(3), { inputKeepProb: 0.7, outputKeepProb: 0.6, stateKeepProb: 0.8, seed: 3 }),
    random: true,
    exempt: { 'lengths backward': drawnByStep },
  },
  'DropoutWrapper, variational': {
    make: () =>
      new DropoutWrapper(new LSTMCell(3), {
        ...{ inputKeepProb: 0.7, stateKeepProb: 0.6 },
        ...{ variationalRecurrent: true, seed: 4 },
      }),
    random: true,
    exempt: { 'two chunks': 'each run draws masks of its own' },
  },
  'DropoutWrapper of images': {
    make: () =>
      new DropoutWrapper(new ConvLSTMCell(1, { inputShape: [3, 2], outputChannels: 2, kernelShape: [2] }), {
        ...{ inputKeepProb: 0.7, stateKeepProb: 0.6, seed: 6 },
      }),
    rowShape: [3, 2],
    random: true,
    exempt: { 'lengths backward': drawnByStep },
  },
  'DropoutWrapper that keeps all': () => new DropoutWrapper(new BasicLSTMCell(2)),
  'DeviceWrapper, cpu': () => {
    engine().findBackend('cpu'); // starts it
    return new DeviceWrapper(new GRUCell(2), 'cpu');
  },
  ZoneoutWrapper: {
    make: () => new ZoneoutWrapper(new LSTMCell(3), { zoneoutCell: 0.5, zoneoutOutput: 0.3, seed: 5 }),
    random: true,
    exempt: { 'lengths backward': drawnByStep },
  },
  'ZoneoutWrapper that keeps all of the output': () => new ZoneoutWrapper(new LSTMCell(2), { zoneoutOutput: 1 }),
  'trainableInitialState of an LSTM': () => trainableInitialState(new LSTMCell(2)),
  'trainableInitialState of what is stepped': () => trainableInitialState(new IndRNNCell(2)),
  'MultiRNNCell of an LSTM and a GRU': () => new MultiRNNCell([new LSTMCell(2), new GRUCell(3)]),
  'MultiRNNCell of one cell': () => new MultiRNNCell([new BasicRNNCell(2)]),
  'MultiRNNCell, one tensor for a state': () =>
    new MultiRNNCell([new BasicLSTMCell(2, { stateIsTuple: false }), new GRUCell(2)], { stateIsTuple: false }),
  'MultiRNNCell with a wrapped layer': () =>
    new MultiRNNCell([new GRUCell(inputSize), new ResidualWrapper(new BasicRNNCell(inputSize)), new LSTMCell(2)]),
  'MultiRNNCell with a layer that begins at 2': () => new MultiRNNCell([new GRUCell(2), new GRUFromTwo(3)]),
  'MultiRNNCell of images, with a wrapped layer': {
    make: () => {
      const layer = () => new Conv2DLSTMCell({ inputShape: [2, 2, 3], outputChannels: 3, kernelShape: [2, 2] });
      return new MultiRNNCell([layer(), new ResidualWrapper(layer())]);
    },
    rowShape: [2, 2, 3],
  },
  CountingCell: () => new CountingCell(inputSize),
  GRUFromTwo: () => new GRUFromTwo(3),
};

/** An entry with all that it leaves out. */
export function caseOf(name: string) {
  const entry = everyCell[name] as (() => AnyRNNCell) | CellCase;
  const {
    make,
    rowShape = [inputSize],
    ...given
  } = (typeof entry === 'function' ? { make: entry } : entry) as CellCase;
  const size = rowShape.reduce((product, n) => product * n, 1);
  const inputs = given.inputs ?? ((B: number, T: number) => sequenceOf(B * T * size, 7));
  const { state = {}, weights = {}, random = false, exempt = {} } = given;
  // Cells of images too: what runs all of them does not say of what.
  return { make: make as () => Cell, rowShape, inputs, state, weights, random, exempt };
}

/** A built cell whose weights, biases too, are all different. */
export function drawnCell(name: string, seed = 1): Cell {
  const { make, rowShape, weights } = caseOf(name);
  const cell = make();
  cell.build?.((cell.inputShape ?? rowShape.at(-1)) as number);
  const drawn = [...(cell.variables ?? [])].map(([name, { shape, size }], k) => {
    return [name, { shape, data: weights[name.split('/').at(-1) as string] ?? sequenceOf(size, seed + k) }] as const;
  });
  if (drawn.length > 0) cell.setWeights?.(Object.fromEntries(drawn));
  return cell;
}

/** A state whose numbers are all different, but for the parts that are given. */
export function drawnState(cell: Cell, batchSize: number, seed = 30, given: CellCase['state'] = {}): State {
  const zero = zeroState(cell.stateSize, batchSize);
  const parts = flattenState(zero).map(({ shape, size }, k) =>
    tensor(given[k]?.(size) ?? sequenceOf(size, seed + k), shape),
  );
  return unflattenState(zero, parts);
}

/** Where a head of a memory of 5 rows looks: shares of 1. */
function addresses(size: number): number[] {
  return Array.from({ length: size / 5 }, (_, b) => [1, 2, 3, 4, 5].map((n) => (((n + b) % 5) + 1) / 15)).flat();
}

/** Rows of a time, later at each step, and two features. In no unit's cycle does a time lie near where it opens, turns or closes. */
function timedInputs(B: number, T: number): number[] {
  return Array.from({ length: B * T }, (_, n) => [
    0.6 * (n % T) + 0.65 * Math.floor(n / T) + 0.05,
    ...sequenceOf(2, n),
  ]).flat();
}
