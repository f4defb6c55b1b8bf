import { type Tensor1D, type Tensor2D, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { checkActivation } from '../activation';
import { checkSequence, checkShape, stateWidth } from '../checks';
import { chooseKernel } from '../fused-kernels';
import type { SequenceActivation, SequenceArgs } from '../sequence';
import { gruReference } from './gru-reference';

/** Shapes: B batch, T time steps, D inputs, H units. */
export interface GruSequenceArgs extends SequenceArgs {
  /** `[B, H]` */
  readonly initialState: Tensor2D;
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
  /** `[T, B, H]` */
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
export function gruSequence(args: GruSequenceArgs): GruSequenceResult {
  const op = 'gruSequence';
  checkSequence(op, args);
  const { inputs, initialState, weights, activation = 'tanh' } = args;
  checkActivation(op, activation);
  const [steps, batchSize, inputSize] = inputs.shape;
  const numUnits = stateWidth(op, 'initialState', initialState, batchSize, 'H');
  checkShape(op, 'initialState', initialState, [batchSize, numUnits]);
  checkShape(op, 'weights.gatesKernel', weights.gatesKernel, [inputSize + numUnits, 2 * numUnits]);
  checkShape(op, 'weights.gatesBias', weights.gatesBias, [2 * numUnits]);
  checkShape(op, 'weights.candidateKernel', weights.candidateKernel, [inputSize + numUnits, numUnits]);
  checkShape(op, 'weights.candidateBias', weights.candidateBias, [numUnits]);

  const { kernel } = chooseKernel(op, { steps, batchSize, inputSize, numUnits, activation }, args.kernel);
  return tidy(() => ({ ...(kernel === undefined ? gruReference(args) : kernel.run(args)) }));
}
