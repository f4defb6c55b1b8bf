import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { checkActivation } from '../activation';
import { checkSequence, checkShape, stateWidth, unitsOf } from '../checks';
import type { SequenceFacts } from '../fused-kernels';
import { runSequences } from '../run-sequences';
import { type SequenceActivation, type SequenceArgs, type SequenceResult, sizesOf } from '../sequence';
import { gruReference } from './gru-reference';

/** Shapes: B batch, T time steps, D inputs, H units. */
export interface GruSequenceArgs extends SequenceArgs {
  /** `[B, H]`. Default: zeros. */
  readonly initialState?: Tensor2D;
  readonly weights: {
    /** `[D + H, 2H]`: the inputs' rows first; gates r, u. */
    readonly gatesKernel: Tensor2D;
    /** `[2H]` */
    readonly gatesBias: Tensor1D;
    /** `[D + H, H]` */
    readonly candidateKernel: Tensor2D;
    /** `[H]` */
    readonly candidateBias: Tensor1D;
  };
  /** Of the candidate. Default: tanh. */
  readonly activation?: SequenceActivation;
}

export interface GruSequenceResult {
  /** `[T, B, H]`, or `[B, T, H]`. */
  readonly outputs: Tensor3D;
  /** `[B, H]`, after each row's last valid step. */
  readonly h: Tensor2D;
}

/**
 * A whole sequence of TensorFlow 1's GRU, whose reset gate acts before the matrix product:
 *
 *     r, u = split(σ([x, h] · gatesKernel + gatesBias), 2)
 *     n = act([x, r ⊙ h] · candidateKernel + candidateBias)
 *     h' = u ⊙ h + (1 - u) ⊙ n
 *
 * Differentiable in the inputs, the initial state and every weight. Throws `KernelError` for shapes, lengths or a kernel that do not fit,
 * before anything is computed.
 */
export function gruSequence<Args extends GruSequenceArgs>(args: Args): SequenceResult<Args, GruSequenceResult> {
  return gruSequences([args])[0] as GruSequenceResult;
}

/** Several sequences that do not need each other, such as both directions of a bidirectional network, at once where the kernel can. */
export function gruSequences<Args extends GruSequenceArgs>(
  sequences: readonly Args[],
): SequenceResult<Args, GruSequenceResult>[] {
  return runSequences(
    'gruSequence',
    sequences.map((args) => ({ args, facts: checked(args) })),
    gruReference,
  );
}

function checked(args: GruSequenceArgs): SequenceFacts {
  const op = 'gruSequence';
  checkSequence(op, args);
  const { initialState, weights, activation = 'tanh' } = args;
  checkActivation(op, activation);
  const [steps, batchSize, inputSize] = sizesOf(args);
  const numUnits =
    initialState === undefined
      ? unitsOf(op, 'weights.gatesKernel', weights.gatesKernel, 'D + H', 2)
      : stateWidth(op, 'initialState', initialState, batchSize, 'H');
  if (initialState !== undefined) checkShape(op, 'initialState', initialState, [batchSize, numUnits]);
  checkShape(op, 'weights.gatesKernel', weights.gatesKernel, [inputSize + numUnits, 2 * numUnits]);
  checkShape(op, 'weights.gatesBias', weights.gatesBias, [2 * numUnits]);
  checkShape(op, 'weights.candidateKernel', weights.candidateKernel, [inputSize + numUnits, numUnits]);
  checkShape(op, 'weights.candidateBias', weights.candidateBias, [numUnits]);

  return { steps, batchSize, inputSize, numUnits, activation };
}
