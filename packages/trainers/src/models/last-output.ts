import type { RNNCell, State } from '@rnn/cells';
import { fromSteps, toSteps } from '@rnn/kernels';
import {
  bidirectionalDynamicRnn,
  dynamicRnn,
  lastRelevant,
  type RunnerOptions,
  stackBidirectionalDynamicRnn,
  stackBidirectionalRnn,
  staticBidirectionalRnn,
  staticRnn,
} from '@rnn/unroll';
import { concat, expandDims, slice, type Tensor, type Tensor2D, type Tensor3D, transpose } from '@tensorflow/tfjs-core';

/** Which runner unrolls the cell: `dynamicRnn` on one tensor, or `staticRnn` on a list of steps. Their numbers are equal. */
export type Runner = 'dynamic' | 'static';

export const runners: readonly Runner[] = ['dynamic', 'static'];

/**
 * What a bidirectional model predicts from. `ends`: the last output of both cells, which for the backward one is that of the first step in time.
 * `last`: the outputs of the last step in time, of which the backward one has seen that step alone.
 */
export type Head = 'ends' | 'last';

export const heads: readonly Head[] = ['ends', 'last'];

/** Whether a fused kernel computes the sequence: see `@rnn/unroll`, which refuses any other. */
export type KernelChoice = NonNullable<RunnerOptions<State>['kernel']>;

/** What runs over a sequence, and how. All cells are built. */
export interface SequenceRun {
  /** One a layer, the first first. Without backward cells there is one. */
  readonly cells: readonly RNNCell[];
  /** As many, which run from the last step to the first. */
  readonly backwardCells: readonly RNNCell[] | undefined;
  readonly head: Head;
  readonly runner: Runner;
  readonly kernel: KernelChoice;
  readonly swapMemory: boolean;
  /** Default: true. */
  readonly training?: boolean | undefined;
  /** `[B]`: how many steps of each row are valid. Default: all. */
  readonly sequenceLength?: ArrayLike<number> | undefined;
}

/**
 * Runs cells from their zero state over `inputs [B, T, D]` and gives the output of the last valid step, `[B, P]`; with backward cells, what `head` says
 * of both outputs of the top layer, `[B, P forward + P backward]`.
 */
export function lastOutput(run: SequenceRun, inputs: Tensor3D): Tensor2D {
  return run.runner === 'static' ? lastOfList(run, stepsOf(inputs)) : lastOfTensor(run, inputs);
}

function lastOfTensor(run: SequenceRun, inputs: Tensor3D): Tensor2D {
  const { cells, backwardCells, head, kernel, swapMemory, training, sequenceLength } = run;
  const options = { kernel, swapMemory, training, sequenceLength } as const;
  const cell = cells.at(-1) as RNNCell;
  const lastOnly = { ...options, returnSequences: false } as const;
  if (backwardCells === undefined) return dynamicRnn(cell, inputs, lastOnly)[0];
  const backwardCell = backwardCells.at(-1) as RNNCell;
  const [lower, backwardLower] = [cells.slice(0, -1), backwardCells.slice(0, -1)];
  const below = lower.length === 0 ? inputs : stackBidirectionalDynamicRnn(lower, backwardLower, inputs, options)[0];
  if (head === 'ends') return concat(bidirectionalDynamicRnn(cell, backwardCell, below, lastOnly)[0], 1);
  // The last step in time is the first that the backward cell takes, so it need take no other.
  const lastStep =
    sequenceLength === undefined
      ? slice(below, [0, below.shape[1] - 1, 0])
      : expandDims<Tensor3D>(lastRelevant(below, sequenceLength), 1);
  const backward = dynamicRnn(backwardCell, lastStep, { ...lastOnly, sequenceLength: oneStep(sequenceLength) });
  return concat([dynamicRnn(cell, below, lastOnly)[0], backward[0]], 1);
}

function lastOfList(run: SequenceRun, steps: Tensor[]): Tensor2D {
  const { cells, backwardCells, head, kernel, training, sequenceLength } = run;
  const options = { kernel, training, sequenceLength } as const;
  const cell = cells.at(-1) as RNNCell;
  const lastOnly = { ...options, returnSequences: false } as const;
  if (backwardCells === undefined) return staticRnn(cell, steps, lastOnly)[0];
  const backwardCell = backwardCells.at(-1) as RNNCell;
  const [lower, backwardLower] = [cells.slice(0, -1), backwardCells.slice(0, -1)];
  const below = lower.length === 0 ? steps : stackBidirectionalRnn(lower, backwardLower, steps, options)[0];
  if (head === 'last') {
    const lastStep = [lastStepOf(below, sequenceLength)];
    const backward = staticRnn(backwardCell, lastStep, { ...lastOnly, sequenceLength: oneStep(sequenceLength) });
    return concat([staticRnn(cell, below, lastOnly)[0], backward[0]], 1);
  }
  const [outputs] = staticBidirectionalRnn(cell, backwardCell, below, options);
  const forward = slice(lastStepOf(outputs, sequenceLength), [0, 0], [-1, cell.outputSize]);
  return concat([forward, slice(outputs[0] as Tensor2D, [0, cell.outputSize])], 1);
}

/** Each row's last valid one of T steps `[B, P]`. */
const lastStepOf = (steps: Tensor[], sequenceLength: SequenceRun['sequenceLength']): Tensor2D =>
  sequenceLength === undefined
    ? (steps.at(-1) as Tensor2D)
    : lastRelevant(fromSteps(steps) as Tensor3D, sequenceLength, { timeMajor: true });

/** Of those rows that have a step, their last one alone. */
const oneStep = (sequenceLength: SequenceRun['sequenceLength']): number[] | undefined =>
  sequenceLength && Array.from(sequenceLength, (length) => Math.min(length, 1));

/** T tensors `[B, D]`, in the way that suits the wasm backend. */
const stepsOf = (inputs: Tensor3D): Tensor[] => toSteps(transpose(inputs, [1, 0, 2]));
