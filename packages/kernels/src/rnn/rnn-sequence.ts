import { type Tensor1D, type Tensor2D, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { checkActivation } from '../activation';
import { checkSequence, checkShape, stateWidth } from '../checks';
import { chooseKernel } from '../fused-kernels';
import type { SequenceActivation, SequenceArgs } from '../sequence';
import { rnnReference } from './rnn-reference';

/** Shapes: B batch, T time steps, D inputs, H units. */
export interface RnnSequenceArgs extends SequenceArgs {
  /** `[B, H]` */
  readonly initialState: Tensor2D;
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
  /** `[T, B, H]` */
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
export function rnnSequence(args: RnnSequenceArgs): RnnSequenceResult {
  const op = 'rnnSequence';
  checkSequence(op, args);
  const { inputs, initialState, weights, activation = 'tanh' } = args;
  checkActivation(op, activation);
  const [steps, batchSize, inputSize] = inputs.shape;
  const numUnits = stateWidth(op, 'initialState', initialState, batchSize, 'H');
  checkShape(op, 'initialState', initialState, [batchSize, numUnits]);
  checkShape(op, 'weights.kernel', weights.kernel, [inputSize + numUnits, numUnits]);
  checkShape(op, 'weights.bias', weights.bias, [numUnits]);

  const { kernel } = chooseKernel(op, { steps, batchSize, inputSize, numUnits, activation }, args.kernel);
  return tidy(() => ({ ...(kernel === undefined ? rnnReference(args) : kernel.run(args)) }));
}
