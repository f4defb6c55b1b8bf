import type { RNNCell, State } from '@rnn/cells';
import { toSteps } from '@rnn/kernels';
import {
  bidirectionalDynamicRnn,
  dynamicRnn,
  type RunnerOptions,
  staticBidirectionalRnn,
  staticRnn,
} from '@rnn/unroll';
import { concat, slice, type Tensor, type Tensor2D, type Tensor3D, transpose } from '@tensorflow/tfjs-core';

/** Which runner unrolls the cell: `dynamicRnn` on one tensor, or `staticRnn` on a list of steps. Their numbers are equal. */
export type Runner = 'dynamic' | 'static';

export const runners: readonly Runner[] = ['dynamic', 'static'];

/** Whether a fused kernel computes the sequence: see `@rnn/unroll`, which refuses any other. */
export type KernelChoice = NonNullable<RunnerOptions<State>['kernel']>;

/** What runs over a sequence, and how. */
export interface SequenceRun {
  readonly cell: RNNCell;
  /** Runs from the last step to the first. */
  readonly backwardCell: RNNCell | undefined;
  readonly runner: Runner;
  readonly kernel: KernelChoice;
  readonly swapMemory: boolean;
  /** Default: true. */
  readonly training?: boolean | undefined;
}

/**
 * Runs a cell from its zero state over `inputs [B, T, D]` and gives the output of the last step, `[B, P]`; with a backward cell, whose last
 * step is the first in time, both last outputs, `[B, P forward + P backward]`.
 */
export function lastOutput(run: SequenceRun, inputs: Tensor3D): Tensor2D {
  const { cell, backwardCell, runner, kernel, swapMemory, training } = run;
  if (runner === 'static') return lastOfList(run, stepsOf(inputs));
  const options = { kernel, returnSequences: false, swapMemory, training } as const;
  if (backwardCell === undefined) return dynamicRnn(cell, inputs, options)[0];
  return concat(bidirectionalDynamicRnn(cell, backwardCell, inputs, options)[0], 1);
}

function lastOfList({ cell, backwardCell, kernel, training }: SequenceRun, steps: Tensor[]): Tensor2D {
  if (backwardCell === undefined) return staticRnn(cell, steps, { kernel, training, returnSequences: false })[0];
  const [outputs] = staticBidirectionalRnn(cell, backwardCell, steps, { kernel, training });
  const forward = slice(outputs.at(-1) as Tensor2D, [0, 0], [-1, cell.outputSize]);
  return concat([forward, slice(outputs[0] as Tensor2D, [0, cell.outputSize])], 1);
}

/** T tensors `[B, D]`, in the way that suits the wasm backend. */
const stepsOf = (inputs: Tensor3D): Tensor[] => toSteps(transpose(inputs, [1, 0, 2]));
