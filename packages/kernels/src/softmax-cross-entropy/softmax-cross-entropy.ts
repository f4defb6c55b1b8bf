import {
  cast,
  div,
  equal,
  expandDims,
  logSoftmax,
  mean,
  mul,
  neg,
  range,
  type Scalar,
  sum,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core';
import { checkShape } from '../checks';
import { chooseKernel, type KernelMode } from '../fused-kernels';
import { KernelError } from '../kernel-error';

/** Shapes: B examples, C classes. */
export interface SoftmaxCrossEntropyArgs {
  /** `[B, C]` */
  readonly logits: Tensor2D;
  /** Shares of the classes, `[B, C]` float32, or class numbers, `[B]` int32. */
  readonly labels: Tensor2D | Tensor1D;
  /** Default: `auto`. */
  readonly kernel?: KernelMode | undefined;
}

/** The sizes that a kernel may ask for. */
export interface CrossEntropyFacts {
  readonly batchSize: number;
  readonly classes: number;
}

/**
 * The softmax cross-entropy, its mean over the batch:
 *
 *     loss = mean_b(-Σ_c labels[b, c] · log softmax(logits[b])[c])
 *
 * Stable for logits of any size. A class number outside 0 to C - 1 makes the loss NaN. Differentiable, once, in the logits and in
 * the shares.
 */
export function softmaxCrossEntropy(args: SoftmaxCrossEntropyArgs): Scalar {
  const op = 'softmaxCrossEntropy';
  const { logits, labels } = args;
  if (logits.rank !== 2)
    throw new KernelError(op, 'logits to have shape [B, C]', `[${(logits.shape as number[]).join(', ')}]`);
  const [batchSize, classes] = logits.shape;
  checkShape(op, 'logits', logits, [batchSize, classes]);
  if (labels.rank === 2 || labels.dtype !== 'int32') checkShape(op, 'labels', labels, [batchSize, classes]);
  else if (labels.shape[0] !== batchSize)
    throw new KernelError(op, `labels to have shape [${batchSize}]`, `[${labels.shape[0]}]`);
  const { kernel } = chooseKernel(op, { batchSize, classes }, args.kernel);
  return tidy(() => (kernel === undefined ? crossEntropyReference(args) : kernel.run(args)));
}

function crossEntropyReference({ logits, labels }: SoftmaxCrossEntropyArgs): Scalar {
  return neg(mean<Scalar>(sum(mul(labelShares(labels, logits.shape[1]), logSoftmax(logits)), 1)));
}

/**
 * The shares of the classes, `[B, C]`, of labels that are those already or are class numbers, `[B]` of either type. A number that is no class gives
 * a row of NaN, so that it shows; looking at the values here would wait for the device.
 */
export function labelShares(labels: Tensor2D | Tensor1D, classes: number): Tensor2D {
  if (labels.rank === 2) return labels as Tensor2D;
  const { dtype } = labels as { dtype: 'float32' | 'int32' };
  return tidy(() => {
    const rows = cast(equal(expandDims(labels, 1), range(0, classes, 1, dtype)), 'float32') as Tensor2D;
    return div(rows, sum(rows, 1, true));
  });
}
