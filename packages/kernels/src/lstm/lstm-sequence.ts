import { type Tensor1D, type Tensor2D, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { checkActivation } from '../activation';
import { checkClip, checkSequence, checkShape, stateWidth } from '../checks';
import { chooseKernel } from '../fused-kernels';
import type { SequenceActivation, SequenceArgs } from '../sequence';
import { lstmReference } from './lstm-reference';

/** Shapes: B batch, T time steps, D inputs, H units, P outputs (H without a projection). */
export interface LstmSequenceArgs extends SequenceArgs {
  /** `c [B, H]`, `h [B, P]` */
  readonly initialState: { readonly c: Tensor2D; readonly h: Tensor2D };
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
  /** `[T, B, P]` */
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
export function lstmSequence(args: LstmSequenceArgs): LstmSequenceResult {
  const op = 'lstmSequence';
  checkSequence(op, args);
  const { inputs, initialState, weights, activation = 'tanh' } = args;
  checkActivation(op, activation);
  checkClip(op, 'cellClip', args.cellClip);
  checkClip(op, 'projClip', args.projClip);
  const [steps, batchSize, inputSize] = inputs.shape;
  const numUnits = stateWidth(op, 'initialState.c', initialState.c, batchSize, 'H');
  const outputSize =
    weights.projection === undefined ? numUnits : stateWidth(op, 'initialState.h', initialState.h, batchSize, 'P');
  checkShape(op, 'initialState.c', initialState.c, [batchSize, numUnits]);
  checkShape(op, 'initialState.h', initialState.h, [batchSize, outputSize]);
  checkShape(op, 'weights.kernel', weights.kernel, [inputSize + outputSize, 4 * numUnits]);
  checkShape(op, 'weights.bias', weights.bias, [4 * numUnits]);
  if (weights.peepholes !== undefined) {
    for (const gate of ['f', 'i', 'o'] as const) {
      checkShape(op, `weights.peepholes.${gate}`, weights.peepholes[gate], [numUnits]);
    }
  }
  if (weights.projection !== undefined)
    checkShape(op, 'weights.projection', weights.projection, [numUnits, outputSize]);

  const facts = {
    ...{ steps, batchSize, inputSize, numUnits, activation, usePeepholes: weights.peepholes !== undefined },
    ...(weights.projection !== undefined && { numProj: outputSize }),
    ...(args.cellClip !== undefined && { cellClip: args.cellClip }),
    ...(args.projClip !== undefined && weights.projection !== undefined && { projClip: args.projClip }),
  };
  const { kernel } = chooseKernel(op, facts, args.kernel);
  return tidy(() => ({ ...(kernel === undefined ? lstmReference(args) : kernel.run(args)) }));
}
