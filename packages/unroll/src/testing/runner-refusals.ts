import { GRUCell } from '@rnn/cells';
import { ones, type Tensor3D, unstack, zeros } from '@tensorflow/tfjs-core';
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

const always = {
  sequenceLength: [() => [1, 4], 'expected sequenceLength to hold integers from 0 to 3, got 4 in row 1'],
  dtype: [
    () => 'float64',
    "expected dtype to be 'float32', got 'float64'. TensorFlow.js has no other floating-point type.",
  ],
  scope: [() => 5, 'expected scope to be a string, got 5'],
  kernel: [() => 'fast', "expected kernel to be one of auto, fused, reference, got 'fast'"],
} as const;

const onTensors = {
  timeMajor: flag('timeMajor'),
  returnSequences: flag('returnSequences'),
  parallelIterations: [() => 0, 'expected parallelIterations to be a positive integer, got 0'],
  swapMemory: flag('swapMemory'),
} as const;

const bothWays = { initialStateFw: state('initialStateFw'), initialStateBw: state('initialStateBw') };
const layers = { initialStatesFw: states('initialStatesFw'), initialStatesBw: states('initialStatesBw') };

/** What every runner refuses, of each option. TypeScript fails for an exported runner or an option that is left out. */
export const runnerRefusals: { readonly [K in RunnerName]: Refusals<OptionsOf<Runners[K]>> } = {
  dynamicRnn: {
    good: () => [gru(), inputs()],
    options: { ...always, ...onTensors, initialState: state('initialState') },
  },
  staticRnn: {
    good: () => [gru(), steps()],
    options: {
      ...{ ...always, returnSequences: flag('returnSequences'), initialState: state('initialState') },
      onStep: [() => 'print', 'expected onStep to be a function, got print'],
    },
  },
  bidirectionalDynamicRnn: {
    good: () => [gru(), gru(), inputs()],
    options: { ...always, ...onTensors, ...bothWays },
  },
  staticBidirectionalRnn: {
    good: () => [gru(), gru(), steps()],
    options: { ...always, ...bothWays },
  },
  stackBidirectionalDynamicRnn: {
    good: () => [[gru()], [gru()], inputs()],
    options: { ...always, ...onTensors, ...layers },
  },
  stackBidirectionalRnn: {
    good: () => [[gru()], [gru()], steps()],
    options: { ...always, ...layers },
  },
};
