import type * as cells from '@rnn/cells';
import { GRUCell, LSTMCell, type RNNCell } from '@rnn/cells';

/** A value that is refused, and the sentence that says so: CELL stands for the class, OPTION for what was passed. */
type Refusal = readonly [value: unknown, sentence: string];

/** Why any value is taken. */
type Unrefused = string;

/** For options that nothing but TypeScript checks yet. */
export const unchecked: Unrefused = 'only TypeScript rules values out';

interface Refusals<Options> {
  /** Arguments that are good. */
  readonly good: readonly [first: unknown, options: object];
  /** Of the first argument, by its name. */
  readonly first: Readonly<Record<string, Refusal>>;
  readonly options: { readonly [O in keyof Options]-?: Refusal | Unrefused };
}

type Classes = typeof cells;
type CellName = {
  [K in keyof Classes]: Classes[K] extends new (...args: never) => RNNCell ? K : never;
}[keyof Classes];
type OptionsOf<C> = C extends new (first: never, options: infer O) => unknown ? NonNullable<O> : never;

const count: Refusal = [0, 'CELL: expected OPTION to be a positive integer, got 0'];
const finite: Refusal = [Number.NaN, 'CELL: expected OPTION to be a finite number, got NaN'];
const clip: Refusal = [0, 'CELL: expected OPTION to be above 0, or left out, got 0'];
const share: Refusal = [1.5, 'CELL: expected OPTION to be above 0 and at most 1, got 1.5'];
const flag: Refusal = ['no', "CELL: expected OPTION to be true or false, got 'no'"];
const initializer: Refusal = [3, 'CELL: expected OPTION to be a function, got 3'];
const activation: Refusal = [
  'softplus',
  "CELL: expected activation to be one of tanh, relu, sigmoid, linear or a function, got 'softplus'",
];

const sharing = {
  store: unchecked,
  reuse: [
    true,
    'CELL: expected a store together with reuse: true, got none. Pass the VariableStore that holds the variables, or share one instance of the cell.',
  ],
} as const;

/** A cell of 3 units, whose own options are these. */
const layer = <O extends object>(own: O, good: object = {}) => ({
  good: [3, good] as const,
  first: { numUnits: count },
  options: {
    name: unchecked,
    dtype: [
      'float64',
      "CELL: expected dtype to be 'float32', got 'float64'. TensorFlow.js has no other floating-point type.",
    ] as const,
    inputSize: [1.5, 'CELL.build: expected inputSize to be a positive integer, got 1.5'] as const,
    ...sharing,
    ...own,
  },
});

/** A wrapper without weights, around a GRU. */
const wrapper = <O extends object>(own: O, good: object = {}) => ({
  good: [new GRUCell(3), good] as const,
  first: {
    cell: [{}, 'CELL: expected cell to be a cell, with call, stateSize and outputSize, got an object without call'],
  } as const,
  options: own,
});

/** One with weights. */
const weighted = <O extends object>(own: O, good: object = {}) =>
  wrapper({ name: unchecked, ...sharing, ...own }, good);

/**
 * What every cell and wrapper refuses: of its first argument and of each option. TypeScript fails for an exported cell or an option that is left out.
 */
export const cellRefusals: { readonly [K in CellName]: Refusals<OptionsOf<Classes[K]>> } = {
  BasicRNNCell: layer({ activation }),
  BasicLSTMCell: layer({ forgetBias: finite, stateIsTuple: flag, activation }),
  LSTMCell: layer({
    ...{ usePeepholes: flag, cellClip: clip, initializer, numProj: count, projClip: clip },
    ...{ forgetBias: finite, stateIsTuple: flag, activation },
    ...{ numUnitShards: 'it has no effect', numProjShards: 'it has no effect' },
  }),
  GRUCell: layer({ activation, kernelInitializer: initializer, biasInitializer: initializer }),
  CudnnCompatibleGRUCell: layer({ kernelInitializer: unchecked }),
  CudnnCompatibleLSTMCell: layer({}),
  UGRNNCell: layer({ initializer: unchecked, forgetBias: finite, activation }),
  CoupledInputForgetGateLSTMCell: layer({
    ...{ usePeepholes: unchecked, initializer: unchecked, numProj: count, projClip: clip, forgetBias: finite },
    ...{ stateIsTuple: unchecked, activation, layerNorm: unchecked, normGain: finite, normShift: finite },
  }),
  LayerNormBasicLSTMCell: layer({
    ...{ forgetBias: finite, activation, layerNorm: unchecked, normGain: finite, normShift: finite },
    ...{ dropoutKeepProb: share, dropoutProbSeed: unchecked },
  }),
  NASCell: layer({ numProj: count, useBias: unchecked }),
  IndRNNCell: layer({ activation }),
  IndyGRUCell: layer({ activation, kernelInitializer: unchecked, biasInitializer: unchecked }),
  IndyLSTMCell: layer({
    ...{ forgetBias: finite, activation, kernelInitializer: unchecked, biasInitializer: unchecked },
  }),
  MinimalRNNCell: layer({ activation, kernelInitializer: unchecked, biasInitializer: unchecked }),
  CFNCell: layer({ activation, kernelInitializer: unchecked, biasInitializer: unchecked }),
  SRUCell: layer({ activation }),
  ClockworkRNNCell: layer(
    {
      periods: [[2, 2], 'CELL: expected periods each longer than the one before, got [2, 2]'],
      firstStep: [0.5, 'CELL: expected firstStep to be a whole number, got 0.5'],
      ...{ activation, initializer: unchecked },
    },
    { periods: [1, 2, 4] },
  ),
  DepthGatedLSTMCell: layer({ numLayers: count, usePeepholes: unchecked, initializer: unchecked }),
  GLSTMCell: layer({
    numberOfGroups: [2, 'CELL: expected numUnits to be a multiple of numberOfGroups, 2, got 3'],
    ...{ initializer: unchecked, numProj: count, forgetBias: finite, activation },
  }),
  IntersectionRNNCell: layer({
    numInProj: [4, 'CELL: expected numInProj to be numUnits, 3, or left out, got 4'],
    ...{ initializer: unchecked, forgetBias: finite, yActivation: activation },
  }),
  PhasedLSTMCell: layer({
    ...{ usePeepholes: unchecked, leak: finite, ratioOn: share, trainableRatioOn: unchecked },
    periodInitMin: [0, 'CELL: expected periodInitMin to be above 0 and at most periodInitMax, 1000, got 0'],
    periodInitMax: finite,
  }),
  TimeFreqLSTMCell: layer(
    {
      ...{ featureSize: count, frequencySkip: count, usePeepholes: unchecked, cellClip: clip },
      ...{ initializer: unchecked, forgetBias: finite },
    },
    { featureSize: 2 },
  ),
  AttentionCellWrapper: {
    ...weighted(
      {
        ...{ attnLength: count, attnSize: count, attnVecSize: count, inputSize: count },
        stateIsTuple: [
          false,
          'CELL: expected a cell whose state is one tensor, with stateIsTuple: false, got a tuple. Give the cell stateIsTuple: false too.',
        ] as const,
      },
      { attnLength: 2 },
    ),
    good: [new LSTMCell(3), { attnLength: 2 }],
  },
  DropoutWrapper: wrapper({
    ...{ inputKeepProb: share, outputKeepProb: share, stateKeepProb: share },
    ...{ dropoutStateFilterVisitor: unchecked, variationalRecurrent: unchecked, seed: unchecked },
  }),
  EmbeddingWrapper: weighted(
    { embeddingClasses: count, embeddingSize: count, initializer: unchecked },
    { embeddingClasses: 4, embeddingSize: 3 },
  ),
  HighwayWrapper: wrapper({ coupleCarryTransformGates: unchecked, carryBiasInit: finite, ...sharing }),
  InputProjectionWrapper: weighted({ numProj: count, activation }, { numProj: 2 }),
  OutputProjectionWrapper: weighted({ outputSize: count, activation }, { outputSize: 2 }),
  ResidualWrapper: wrapper({ residualFn: unchecked }),
  MultiRNNCell: {
    good: [[new LSTMCell(3), new GRUCell(3)], {}],
    first: { cells: [[], 'CELL: expected at least one cell, got none'] },
    options: {
      stateIsTuple: [
        false,
        'CELL: expected cells whose state is one tensor, with stateIsTuple: false, got a cell with a tuple. Give the cells stateIsTuple: false too.',
      ],
    },
  },
};
