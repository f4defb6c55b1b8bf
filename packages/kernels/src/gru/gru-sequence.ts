import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { checkActivation } from '../activation';
import { checkSequence, checkShape, stateWidth, unitsOf } from '../checks';
import type { SequenceFacts } from '../fused-kernels';
import { KernelError } from '../kernel-error';
import { runSequences } from '../run-sequences';
import { type SequenceActivation, type SequenceArgs, type SequenceResult, sizesOf } from '../sequence';
import { gruReference } from './gru-reference';

interface GruArgs extends SequenceArgs {
  /** `[B, H]`. Default: zeros. */
  readonly initialState?: Tensor2D;
  /** Of the candidate. Default: tanh. */
  readonly activation?: SequenceActivation;
}

export interface ResetBeforeArgs extends GruArgs {
  readonly resetAfter?: false;
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
}

export interface ResetAfterArgs extends GruArgs {
  readonly resetAfter: true;
  readonly weights: {
    /** `[D + H, 2H]`: the inputs' rows first; gates r, u. */
    readonly gatesKernel: Tensor2D;
    /** `[2H]` */
    readonly gatesBias: Tensor1D;
    /** `[D, H]` */
    readonly candidateInputKernel: Tensor2D;
    /** `[H]` */
    readonly candidateInputBias: Tensor1D;
    /** `[H, H]` */
    readonly candidateHiddenKernel: Tensor2D;
    /** `[H]` */
    readonly candidateHiddenBias: Tensor1D;
  };
}

/**
 * Shapes: B batch, T time steps, D inputs, H units. `resetAfter` says whether the reset gate acts before the candidate's product, as in
 * TensorFlow 1 (false, the default), or after it, as in cuDNN and Keras 2; the weights of one are not those of the other.
 */
export type GruSequenceArgs = ResetBeforeArgs | ResetAfterArgs;

export interface GruSequenceResult {
  /** `[T, B, H]`, or `[B, T, H]`. */
  readonly outputs: Tensor3D;
  /** `[B, H]`, after each row's last valid step. */
  readonly h: Tensor2D;
}

/**
 * A whole sequence of a GRU: TensorFlow 1's, whose reset gate acts before the matrix product, or with `resetAfter` cuDNN's:
 *
 *     r, u = split(σ([x, h] · gatesKernel + gatesBias), 2)
 *     n = act([x, r ⊙ h] · candidateKernel + candidateBias)
 *     n = act(x · candidateInputKernel + candidateInputBias + r ⊙ (h · candidateHiddenKernel + candidateHiddenBias))      resetAfter
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
    sequences.map((args) => {
      checkSequence('gruSequence', args);
      return { args, facts: gruFacts(args, sizesOf(args)) };
    }),
    gruReference,
  );
}

/** What a GRU has besides what all sequences have. */
type GruLayer = Omit<ResetBeforeArgs, keyof SequenceArgs> | Omit<ResetAfterArgs, keyof SequenceArgs>;

/** What a kernel may need to know of a GRU over T, B and D. Throws `KernelError` where its tensors or constants do not fit. */
export function gruFacts(
  args: GruLayer,
  [steps, batchSize, inputSize]: readonly [steps: number, batchSize: number, inputSize: number],
): SequenceFacts {
  const op = 'gruSequence';
  const { initialState, weights, activation = 'tanh', resetAfter = false } = args;
  checkActivation(op, activation);
  const numUnits =
    initialState === undefined
      ? unitsOf(op, 'weights.gatesKernel', weights.gatesKernel, 'D + H', 2)
      : stateWidth(op, 'initialState', initialState, batchSize, 'H');
  if (initialState !== undefined) checkShape(op, 'initialState', initialState, [batchSize, numUnits]);
  checkShape(op, 'weights.gatesKernel', weights.gatesKernel, [inputSize + numUnits, 2 * numUnits]);
  checkShape(op, 'weights.gatesBias', weights.gatesBias, [2 * numUnits]);
  checkCandidate(op, args, inputSize, numUnits);
  return { steps, batchSize, inputSize, numUnits, activation, resetAfter };
}

function checkCandidate(op: string, { resetAfter, weights }: GruLayer, D: number, H: number): void {
  const shapes: Record<string, readonly number[]> = resetAfter
    ? { candidateInputKernel: [D, H], candidateInputBias: [H], candidateHiddenKernel: [H, H], candidateHiddenBias: [H] }
    : { candidateKernel: [D + H, H], candidateBias: [H] };
  const given = weights as Readonly<Record<string, Tensor | undefined>>;
  for (const [name, shape] of Object.entries(shapes)) {
    const weight = given[name];
    if (weight === undefined) {
      const got = Object.keys(given).join(', ');
      const remedy = 'With resetAfter: true the candidate has two kernels and two biases, else one of each.';
      throw new KernelError(op, `weights.${name}`, got, remedy);
    }
    checkShape(op, `weights.${name}`, weight, shape);
  }
}
