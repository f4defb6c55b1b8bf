import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { checkActivation } from '../activation';
import { checkClip, checkSequence, checkShape, stateWidth, unitsOf } from '../checks';
import type { SequenceFacts } from '../fused-kernels';
import { runSequences } from '../run-sequences';
import { type SequenceActivation, type SequenceArgs, type SequenceResult, sizesOf } from '../sequence';
import { lstmReference } from './lstm-reference';

/** Shapes: B batch, T time steps, D inputs, H units, P outputs (H without a projection). */
export interface LstmSequenceArgs extends SequenceArgs {
  /** `c [B, H]`, `h [B, P]`. Default: zeros. */
  readonly initialState?: { readonly c: Tensor2D; readonly h: Tensor2D };
  readonly weights: {
    /** `[D + P, 4H]`: the inputs' rows first; gates i, j, f, o. */
    readonly kernel: Tensor2D;
    /** `[4H]` */
    readonly bias: Tensor1D;
    /** Each `[H]`. Default: none. */
    readonly peepholes?: { readonly f: Tensor1D; readonly i: Tensor1D; readonly o: Tensor1D };
    /** `[H, P]`. Default: none. */
    readonly projection?: Tensor2D;
  };
  /** Added to the forget gate. Default: 1. */
  readonly forgetBias?: number;
  /** Clips every new c to ±cellClip. Default: none. */
  readonly cellClip?: number;
  /** Clips every projected output; without a projection it does nothing. Default: none. */
  readonly projClip?: number;
  /** Of the new input and of the output. Default: tanh. */
  readonly activation?: SequenceActivation;
}

export interface LstmSequenceResult {
  /** `[T, B, P]`, or `[B, T, P]`. */
  readonly outputs: Tensor3D;
  /** `[B, H]`, after each row's last valid step. */
  readonly c: Tensor2D;
  /** `[B, P]` */
  readonly h: Tensor2D;
}

/**
 * A whole sequence of an LSTM with TensorFlow 1's weights:
 *
 *     i, j, f, o = split([x, h] · kernel + bias, 4)
 *     c' = clip(c ⊙ σ(f + forgetBias + w_f ⊙ c) + σ(i + w_i ⊙ c) ⊙ act(j), cellClip)
 *     h' = clip((σ(o + w_o ⊙ c') ⊙ act(c')) · projection, projClip)
 *
 * Differentiable in the inputs, the initial state and every weight; a clipped value passes no gradient. Throws `KernelError` for shapes,
 * lengths or a kernel that do not fit, before anything is computed.
 */
export function lstmSequence<Args extends LstmSequenceArgs>(args: Args): SequenceResult<Args, LstmSequenceResult> {
  return lstmSequences([args])[0] as LstmSequenceResult;
}

/** Several sequences that do not need each other, such as both directions of a bidirectional network, at once where the kernel can. */
export function lstmSequences<Args extends LstmSequenceArgs>(
  sequences: readonly Args[],
): SequenceResult<Args, LstmSequenceResult>[] {
  return runSequences(
    'lstmSequence',
    sequences.map((args) => {
      checkSequence('lstmSequence', args);
      return { args, facts: lstmFacts(args, sizesOf(args)) };
    }),
    lstmReference,
  );
}

/** What a kernel may need to know of an LSTM over T, B and D. Throws `KernelError` where its tensors or constants do not fit. */
export function lstmFacts(
  args: Omit<LstmSequenceArgs, keyof SequenceArgs>,
  [steps, batchSize, inputSize]: readonly [steps: number, batchSize: number, inputSize: number],
): SequenceFacts {
  const op = 'lstmSequence';
  const { initialState, weights, activation = 'tanh' } = args;
  checkActivation(op, activation);
  checkClip(op, 'cellClip', args.cellClip);
  checkClip(op, 'projClip', args.projClip);
  const numUnits =
    initialState === undefined
      ? unitsOf(op, 'weights.kernel', weights.kernel, 'D + P', 4)
      : stateWidth(op, 'initialState.c', initialState.c, batchSize, 'H');
  const outputSize = outputSizeOf(op, args, numUnits, batchSize);
  if (initialState !== undefined) {
    checkShape(op, 'initialState.c', initialState.c, [batchSize, numUnits]);
    checkShape(op, 'initialState.h', initialState.h, [batchSize, outputSize]);
  }
  checkShape(op, 'weights.kernel', weights.kernel, [inputSize + outputSize, 4 * numUnits]);
  checkShape(op, 'weights.bias', weights.bias, [4 * numUnits]);
  if (weights.peepholes !== undefined) {
    for (const gate of ['f', 'i', 'o'] as const) {
      checkShape(op, `weights.peepholes.${gate}`, weights.peepholes[gate], [numUnits]);
    }
  }
  if (weights.projection !== undefined)
    checkShape(op, 'weights.projection', weights.projection, [numUnits, outputSize]);

  return {
    ...{ steps, batchSize, inputSize, numUnits, activation, usePeepholes: weights.peepholes !== undefined },
    ...(weights.projection !== undefined && { numProj: outputSize }),
    ...(args.cellClip !== undefined && { cellClip: args.cellClip }),
    ...(args.projClip !== undefined && weights.projection !== undefined && { projClip: args.projClip }),
  };
}

/** P, of a state that is given, or else of the projection. */
function outputSizeOf(
  op: string,
  { initialState, weights: { projection } }: Omit<LstmSequenceArgs, keyof SequenceArgs>,
  numUnits: number,
  batchSize: number,
): number {
  if (projection === undefined) return numUnits;
  if (initialState === undefined) return unitsOf(op, 'weights.projection', projection, 'H', 1);
  return stateWidth(op, 'initialState.h', initialState.h, batchSize, 'P');
}
