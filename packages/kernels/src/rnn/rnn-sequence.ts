import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { checkActivation } from '../activation';
import { checkSequence, checkShape, stateWidth, unitsOf } from '../checks';
import type { SequenceFacts } from '../fused-kernels';
import { runSequences } from '../run-sequences';
import { type SequenceActivation, type SequenceArgs, type SequenceResult, sizesOf } from '../sequence';
import { rnnReference } from './rnn-reference';

/** Shapes: B batch, T time steps, D inputs, H units. */
export interface RnnSequenceArgs extends SequenceArgs {
  /** `[B, H]`. Default: zeros. */
  readonly initialState?: Tensor2D;
  readonly weights: {
    /** `[D + H, H]`: the inputs' rows first. */
    readonly kernel: Tensor2D;
    /** `[H]` */
    readonly bias: Tensor1D;
  };
  /** Default: tanh. */
  readonly activation?: SequenceActivation;
}

export interface RnnSequenceResult {
  /** `[T, B, H]`, or `[B, T, H]`. */
  readonly outputs: Tensor3D;
  /** `[B, H]`, after each row's last valid step. */
  readonly h: Tensor2D;
}

/**
 * A whole sequence of the basic recurrent network:
 *
 *     h' = act([x, h] · kernel + bias)
 *
 * Differentiable in the inputs, the initial state and both weights. Throws `KernelError` for shapes, lengths or a kernel that do not fit,
 * before anything is computed.
 */
export function rnnSequence<Args extends RnnSequenceArgs>(args: Args): SequenceResult<Args, RnnSequenceResult> {
  return rnnSequences([args])[0] as RnnSequenceResult;
}

/** Several sequences that do not need each other, such as both directions of a bidirectional network, at once where the kernel can. */
export function rnnSequences<Args extends RnnSequenceArgs>(
  sequences: readonly Args[],
): SequenceResult<Args, RnnSequenceResult>[] {
  return runSequences(
    'rnnSequence',
    sequences.map((args) => {
      checkSequence('rnnSequence', args);
      return { args, facts: rnnFacts(args, sizesOf(args)) };
    }),
    rnnReference,
  );
}

/** What a kernel may need to know of a network over T, B and D. Throws `KernelError` where its tensors or constants do not fit. */
export function rnnFacts(
  args: Omit<RnnSequenceArgs, keyof SequenceArgs>,
  [steps, batchSize, inputSize]: readonly [steps: number, batchSize: number, inputSize: number],
): SequenceFacts {
  const op = 'rnnSequence';
  const { initialState, weights, activation = 'tanh' } = args;
  checkActivation(op, activation);
  const numUnits =
    initialState === undefined
      ? unitsOf(op, 'weights.kernel', weights.kernel, 'D + H', 1)
      : stateWidth(op, 'initialState', initialState, batchSize, 'H');
  if (initialState !== undefined) checkShape(op, 'initialState', initialState, [batchSize, numUnits]);
  checkShape(op, 'weights.kernel', weights.kernel, [inputSize + numUnits, numUnits]);
  checkShape(op, 'weights.bias', weights.bias, [numUnits]);

  return { steps, batchSize, inputSize, numUnits, activation };
}
