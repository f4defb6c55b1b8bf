import { GRUCell } from '@rnn/cells';
import { ones, type Tensor, type Tensor3D, unstack, zeros } from '@tensorflow/tfjs-core';
import type * as unroll from '../index';
import type { noRunners } from './every-runner';

/** A value that is refused, and the rest of the sentence that says so, after the runner's name. */
type Refusal = readonly [value: () => unknown, sentence: string];

type Runners = typeof unroll;
/** Every exported function that runs a cell. */
type RunnerName = Exclude<
  { [K in keyof Runners]: Runners[K] extends (...args: never) => unknown ? K : never }[keyof Runners],
  keyof typeof noRunners
>;
type OptionsOf<R> = R extends (...args: infer A) => unknown
  ? Required<A> extends readonly [...unknown[], infer O]
    ? O
    : never
  : never;

interface Refusals<Options> {
  /** Arguments that are good, before the options: new cells, and two rows of three steps. */
  readonly good: () => readonly unknown[];
  /** Options that are good, where some are needed. */
  readonly needed?: object;
  readonly options: { readonly [O in keyof Options]-?: Refusal };
}

const gru = () => new GRUCell(2);
const inputs = (): Tensor3D => ones([2, 3, 1]);
const steps = () => unstack(inputs(), 1);

const flag = (name: string): Refusal => [() => 'no', `expected ${name} to be true or false, got 'no'`];
const state = (name: string): Refusal => [() => zeros([2, 9]), `expected ${name} to have shape [2, 2], got [2, 9]`];
const states = (name: string): Refusal => [
  () => [zeros([2, 9])],
  `expected ${name} to have shape ([2, 2]), got ([2, 9])`,
];

const built = {
  scope: [() => 5, 'expected scope to be a string, got 5'],
  training: flag('training'),
} as const;

const carried = {
  ...built,
  dtype: [
    () => 'float64',
    "expected dtype to be 'float32', got 'float64'. TensorFlow.js has no other floating-point type.",
  ],
  kernel: [() => 'fast', "expected kernel to be one of auto, fused, reference, got 'fast'"],
} as const;
const batchSize: Refusal = [() => 0, 'expected batchSize to be a positive integer, got 0'];

const always = {
  ...carried,
  sequenceLength: [() => [1, 4], 'expected sequenceLength to hold integers from 0 to 3, got 4 in row 1'],
} as const;

const onLists = {
  ...always,
  swapMemory: [() => true, 'expected no swapMemory on a list of steps, got true. The runners on one tensor have it.'],
} as const;

const inWindows = {
  timeMajor: flag('timeMajor'),
  parallelIterations: [() => 0, 'expected parallelIterations to be a positive integer, got 0'],
  swapMemory: flag('swapMemory'),
} as const;
const onTensors = { ...always, ...inWindows, returnSequences: flag('returnSequences') } as const;

const bothWays = { initialStateFw: state('initialStateFw'), initialStateBw: state('initialStateBw') };
const layers = { initialStatesFw: states('initialStatesFw'), initialStatesBw: states('initialStatesBw') };

/** What every runner refuses, of each option. TypeScript fails for an exported runner or an option that is left out. */
export const runnerRefusals: { readonly [K in RunnerName]: Refusals<OptionsOf<Runners[K]>> } = {
  dynamicRnn: {
    good: () => [gru(), inputs()],
    options: { ...onTensors, initialState: state('initialState') },
  },
  staticRnn: {
    good: () => [gru(), steps()],
    options: {
      ...{ ...onLists, returnSequences: flag('returnSequences'), initialState: state('initialState') },
      onStep: [() => 'print', 'expected onStep to be a function, got print'],
    },
  },
  rawRnn: {
    good: () => [gru(), () => [[true, true], undefined, zeros([2, 2]), null, null]],
    options: {
      ...built,
      maximumIterations: [() => -1, 'expected maximumIterations to be a whole number of steps, or Infinity, got -1'],
    },
  },
  staticStateSavingRnn: {
    good: () => [
      gru(),
      steps(),
      { state: () => zeros([2, 2]), saveState: (_: string, part: Tensor) => part.dispose() },
      'h',
    ],
    options: onLists,
  },
  truncatedRnn: {
    good: () => [gru()],
    needed: { batchSize: 2 },
    options: { ...carried, ...inWindows, batchSize },
  },
  stream: { good: () => [gru()], options: { ...carried, batchSize } },
  bidirectionalDynamicRnn: {
    good: () => [gru(), gru(), inputs()],
    options: { ...onTensors, ...bothWays },
  },
  staticBidirectionalRnn: {
    good: () => [gru(), gru(), steps()],
    options: { ...onLists, ...bothWays },
  },
  stackBidirectionalDynamicRnn: {
    good: () => [[gru()], [gru()], inputs()],
    options: { ...onTensors, ...layers },
  },
  stackBidirectionalRnn: {
    good: () => [[gru()], [gru()], steps()],
    options: { ...onLists, ...layers },
  },
};
