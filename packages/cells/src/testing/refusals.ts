import { engine } from '@tensorflow/tfjs-core';
import type * as cells from '../index';
import { type AnyRNNCell, GRUCell, LSTMCell } from '../index';

/** A value that is refused, and the sentence that says so: CELL stands for the export, OPTION for what was passed. */
export type Refusal = readonly [value: unknown, sentence: string];

/** Why any value is taken. */
export type Unrefused = string;

interface Refusals<Options> {
  /** Arguments that are good; the options that are needed come last. */
  readonly good: readonly unknown[];
  /** Of the arguments before the options, in their order. */
  readonly before: Readonly<Record<string, Refusal>>;
  readonly options: { readonly [O in keyof Options]-?: readonly Refusal[] | Unrefused };
}

type Exports = typeof cells;
type Makes = (new (...args: never) => AnyRNNCell) | (typeof cells)['trainableInitialState'];
type CellName = { [K in keyof Exports]: Exports[K] extends Makes ? K : never }[keyof Exports];
type Last<A> = A extends readonly [...unknown[], infer O] ? (O extends string ? object : O) : never;
type OptionsOf<C> = C extends new (
  ...args: infer A
) => unknown
  ? Last<Required<A>>
  : C extends (...args: infer A) => unknown
    ? Last<Required<A>>
    : never;

const aCount: Refusal = [0, 'CELL: expected OPTION to be a positive integer, got 0'];
const count = [aCount];
const finite: Refusal[] = [[Number.NaN, 'CELL: expected OPTION to be a finite number, got NaN']];
const seed: Refusal[] = [['1', "CELL: expected OPTION to be a finite number, got '1'"]];
const clip: Refusal[] = [[0, 'CELL: expected OPTION to be above 0, or left out, got 0']];
const share: Refusal[] = [[1.5, 'CELL: expected OPTION to be above 0 and at most 1, got 1.5']];
const probability: Refusal[] = [[-0.5, 'CELL: expected OPTION to be from 0 to 1, got -0.5']];
const ofLstm: Refusal[] = [
  ...probability,
  [0.5, "CELL: expected OPTION to be 0 for a state without an LSTM's c and h, got 0.5. Pass zoneout."],
];
const aFlag: Refusal = ['no', "CELL: expected OPTION to be true or false, got 'no'"];
const flag = [aFlag];
const aFunction: Refusal[] = [[3, 'CELL: expected OPTION to be a function, got 3']];
const initializers = { kernelInitializer: aFunction, biasInitializer: aFunction };
const norms = { layerNorm: flag, normGain: finite, normShift: finite };
const activation: Refusal[] = [
  ['softplus', "CELL: expected activation to be one of tanh, relu, sigmoid, linear or a function, got 'softplus'"],
];
const dims = (n: number): Refusal[] => [
  [[0], `CELL: expected OPTION to be an array of ${n} positive ${n === 1 ? 'integer' : 'integers'}, got [0]`],
];

const sharing = {
  store: [[{}, 'CELL: expected store to be a VariableStore, got an object that is no tensor']],
  reuse: [
    ['yes', "CELL: expected reuse to be true, false or 'auto', got 'yes'"],
    [
      true,
      'CELL: expected a store together with reuse: true, got none. Pass the VariableStore that holds the variables, or share one instance of the cell.',
    ],
  ],
} satisfies Record<string, Refusal[]>;
const named = { name: [[3, 'CELL: expected name to be a string, got 3'] as const], ...sharing };
const layerOptions = {
  ...named,
  dtype: [
    [
      'float64',
      "CELL: expected dtype to be 'float32', got 'float64'. TensorFlow.js has no other floating-point type.",
    ] as const,
  ],
};

/** A cell of 3 units, whose own options are these. */
const layer = <O extends object>(own: O, good: object = {}) => ({
  good: [3, good],
  before: { numUnits: aCount },
  options: {
    ...layerOptions,
    inputSize: [[1.5, 'CELL.build: expected inputSize to be a positive integer, got 1.5'] as const],
    ...own,
  },
});

const cell: Refusal = [
  {},
  'CELL: expected cell to be a cell, with call, stateSize and outputSize, got an object without call',
];
/** A wrapper without weights, around a GRU. */
const wrapper = <O extends object>(own: O, good: object = {}) => ({
  good: [new GRUCell(3), good],
  before: { cell },
  options: own,
});
/** One with weights. */
const weighted = <O extends object>(own: O, good: object = {}) => wrapper({ ...named, ...own }, good);

const normedLstm = {
  ...{ usePeepholes: flag, cellClip: clip, initializer: aFunction, numProj: count, projClip: clip },
  ...{ forgetBias: finite, activation },
};

const noList = "to have a whole number of at least 0 for each of 1 blocks, got 'all'";
const grid = {
  numFrequencyBlocks: [
    [[], 'CELL: expected numFrequencyBlocks to be a list of numbers, got an array'] as const,
    [[0], 'CELL: expected numFrequencyBlocks[0] to be a positive integer, got 0'] as const,
  ],
  ...{ featureSize: count, frequencySkip: count, usePeepholes: flag, shareTimeFrequencyWeights: flag },
  ...{ cellClip: clip, initializer: aFunction, numUnitShards: count, forgetBias: finite, coupleInputForgetGates: flag },
  startFreqindexList: [['all', `CELL: expected startFreqindexList ${noList}`] as const],
  endFreqindexList: [
    [
      [3],
      'CELL: expected startFreqindexList to have a whole number of at least 0 for each of 1 blocks, got undefined',
    ] as const,
  ],
};
const windows = { numFrequencyBlocks: [2], featureSize: 2, frequencySkip: 1 };

/** A convolution over `n` axes. */
const convolution = (n: number) => ({
  good: [{ inputShape: [4, 4, 4, 2].slice(3 - n), kernelShape: [3, 3, 3].slice(3 - n), outputChannels: 2 }],
  before: {},
  options: {
    ...layerOptions,
    ...{ inputShape: dims(n + 1), kernelShape: dims(n), outputChannels: count },
    ...{ useBias: flag, skipConnection: flag, forgetBias: finite },
  },
});

/**
 * What every cell and wrapper refuses: of its arguments and of each option. TypeScript fails for an exported one and for an option that is left out.
 */
export const refusals: { readonly [K in CellName]: Refusals<OptionsOf<Exports[K]>> } = {
  BasicRNNCell: layer({ activation }),
  BasicLSTMCell: layer({ forgetBias: finite, stateIsTuple: flag, activation }),
  LSTMCell: layer({
    ...{ ...normedLstm, stateIsTuple: flag },
    ...{ numUnitShards: 'it has no effect', numProjShards: 'it has no effect' },
  }),
  GRUCell: layer({ activation, ...initializers }),
  CudnnCompatibleGRUCell: layer({ kernelInitializer: aFunction }),
  CudnnCompatibleLSTMCell: layer({}),
  UGRNNCell: layer({ initializer: aFunction, forgetBias: finite, activation }),
  CoupledInputForgetGateLSTMCell: layer({
    ...{ usePeepholes: flag, initializer: aFunction, numProj: count, projClip: clip, forgetBias: finite },
    ...{ numUnitShards: count, numProjShards: count, stateIsTuple: flag, activation, ...norms },
  }),
  LayerNormBasicLSTMCell: layer({
    ...{ forgetBias: finite, activation, ...norms, dropoutKeepProb: share, dropoutProbSeed: seed },
  }),
  LayerNormLSTMCell: layer({ ...normedLstm, ...norms }),
  WeightNormLSTMCell: layer({ ...normedLstm, norm: flag }),
  NASCell: layer({ numProj: count, useBias: flag }),
  IndRNNCell: layer({ activation }),
  IndyGRUCell: layer({ activation, ...initializers }),
  IndyLSTMCell: layer({ forgetBias: finite, activation, ...initializers }),
  MinimalRNNCell: layer({ activation, ...initializers }),
  CFNCell: layer({ activation, ...initializers }),
  SRUCell: layer({ activation }),
  ClockworkRNNCell: layer(
    {
      periods: [[[2, 2], 'CELL: expected periods each longer than the one before, got [2, 2]'] as const],
      firstStep: [[0.5, 'CELL: expected firstStep to be a whole number, got 0.5'] as const],
      ...{ activation, initializer: aFunction },
    },
    { periods: [1, 2, 4] },
  ),
  DepthGatedLSTMCell: layer({ numLayers: count, usePeepholes: flag, initializer: aFunction }),
  GLSTMCell: layer({
    numberOfGroups: [[2, 'CELL: expected numUnits to be a multiple of numberOfGroups, 2, got 3'] as const],
    ...{ initializer: aFunction, numProj: count, forgetBias: finite, activation },
  }),
  IntersectionRNNCell: layer({
    numInProj: [[4, 'CELL: expected numInProj to be numUnits, 3, or left out, got 4'] as const],
    ...{ initializer: aFunction, forgetBias: finite, yActivation: activation },
  }),
  PhasedLSTMCell: layer({
    ...{ usePeepholes: flag, leak: finite, ratioOn: share, trainableRatioOn: flag },
    periodInitMin: [[0, 'CELL: expected periodInitMin to be above 0 and at most periodInitMax, 1000, got 0'] as const],
    periodInitMax: finite,
  }),
  TimeFreqLSTMCell: layer(
    {
      ...{ featureSize: count, frequencySkip: count, usePeepholes: flag, cellClip: clip },
      ...{ initializer: aFunction, numUnitShards: count, forgetBias: finite },
    },
    { featureSize: 2 },
  ),
  GridLSTMCell: layer({ ...grid, stateIsTuple: flag }, windows),
  BidirectionalGridLSTMCell: layer(
    {
      ...grid,
      backwardSliceOffset: [[0.5, 'CELL: expected backwardSliceOffset to be a whole number, got 0.5'] as const],
    },
    windows,
  ),
  ConvLSTMCell: {
    ...convolution(2),
    good: [2, ...convolution(2).good],
    before: { convNdims: [4, 'CELL: expected OPTION to be 1, 2 or 3, got 4'] },
  },
  Conv1DLSTMCell: convolution(1),
  Conv2DLSTMCell: convolution(2),
  Conv3DLSTMCell: convolution(3),
  NTMCell: weighted(
    {
      ...{ memorySize: count, memoryVectorDim: count, readHeadNum: count, writeHeadNum: count },
      shiftRange: [aCount, [2, 'CELL: expected memorySize of at least 2 · shiftRange + 1, 5, got 4']],
      ...{ outputDim: count, clipValue: clip },
    },
    { memorySize: 4, memoryVectorDim: 2, readHeadNum: 1, writeHeadNum: 1 },
  ),
  AttentionCellWrapper: {
    ...weighted({
      ...{ attnLength: count, attnSize: count, attnVecSize: count, inputSize: count },
      stateIsTuple: [
        aFlag,
        [
          false,
          'CELL: expected a cell whose state is one tensor, with stateIsTuple: false, got a tuple. Give the cell stateIsTuple: false too.',
        ] as const,
      ],
    }),
    good: [new LSTMCell(3), { attnLength: 2 }],
  },
  DeviceWrapper: {
    good: [new GRUCell(3), Object.keys(engine().registryFactory)[0]],
    before: {
      cell,
      device: [
        'tpu',
        "CELL: expected device to be a registered TensorFlow.js backend (BACKENDS), got 'tpu'. Import the backend first.",
      ],
    },
    options: {},
  },
  DropoutWrapper: wrapper({
    ...{ inputKeepProb: share, outputKeepProb: share, stateKeepProb: share },
    ...{ dropoutStateFilterVisitor: aFunction, variationalRecurrent: flag, seed },
  }),
  EmbeddingWrapper: weighted(
    { embeddingClasses: count, embeddingSize: count, initializer: aFunction },
    { embeddingClasses: 4, embeddingSize: 3 },
  ),
  HighwayWrapper: wrapper({ coupleCarryTransformGates: flag, carryBiasInit: finite, ...sharing }),
  InputProjectionWrapper: weighted({ numProj: count, activation }, { numProj: 2 }),
  OutputProjectionWrapper: weighted({ outputSize: count, activation }, { outputSize: 2 }),
  ResidualWrapper: wrapper({ residualFn: aFunction }),
  ZoneoutWrapper: wrapper({ zoneoutCell: ofLstm, zoneoutOutput: ofLstm, zoneout: probability, seed }),
  trainableInitialState: weighted({ initializer: aFunction }),
  MultiRNNCell: {
    good: [[new LSTMCell(3), new GRUCell(3)], {}],
    before: { cells: [[], 'CELL: expected at least one cell, got none'] },
    options: {
      stateIsTuple: [
        aFlag,
        [
          false,
          'CELL: expected cells whose state is one tensor, with stateIsTuple: false, got a cell with a tuple. Give the cells stateIsTuple: false too.',
        ],
      ],
    },
  },
};
