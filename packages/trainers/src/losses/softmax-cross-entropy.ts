import { ArgumentError } from '@rnn/cells';
import { softmaxCrossEntropy as crossEntropy, type KernelMode, labelShares } from '@rnn/kernels';
import {
  add,
  cast,
  div,
  maximum,
  mul,
  notEqual,
  type Scalar,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core';
import { checkDecay, checkNumber } from '../checks';
import { checkLabels } from './labels';

export interface SoftmaxCrossEntropyOptions {
  /** How much of each label is spread evenly over the classes: at least 0 and below 1. Default: 0. */
  readonly labelSmoothing?: number | undefined;
  /** What an example of each class counts, C numbers of at least 0. Default: 1 each. */
  readonly classWeights?: readonly number[] | undefined;
  /** `fused` throws where the backend has no such kernel. Default: `auto`. */
  readonly kernel?: KernelMode | undefined;
}

/**
 * The softmax cross-entropy, its mean over the batch.
 *
 *     loss = mean_b(-Σ_c labels[b, c] · log softmax(logits[b])[c])
 *
 * `logits [B, C]`; `labels` one-hot or any shares that sum to one, `[B, C]`, or class numbers `[B]`, whole numbers of either type. Stable for
 * logits of any size. A class number that is none of 0 to C - 1 makes the loss NaN, as TensorFlow's on a GPU.
 *
 * With options it is TensorFlow 1's `tf.losses.softmax_cross_entropy`, of the example's weight w and with `SUM_BY_NONZERO_WEIGHTS`; PyTorch
 * divides by Σ_b w_b instead:
 *
 *     labels' = (1 - labelSmoothing) · labels + labelSmoothing / C
 *     w_b     = Σ_c classWeights[c] · labels[b, c]
 *     loss    = Σ_b w_b · (-Σ_c labels'[b, c] · log softmax(logits[b])[c]) / max(1, number of b with w_b ≠ 0)
 *
 * Throws `ArgumentError` where shapes or options do not fit.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { BasicLSTMCell } from '@rnn/cells';
 * import { adam, sequenceClassifier, softmaxCrossEntropy, Trainer } from '@rnn/trainers';
 *
 * const trainer = new Trainer(sequenceClassifier({ cell: new BasicLSTMCell(8), classes: 3 }), {
 *   // The rarest class counts five times.
 *   loss: (logits, labels) => softmaxCrossEntropy(logits, labels, { labelSmoothing: 0.1, classWeights: [1, 1, 5] }),
 *   optimizer: adam(),
 * });
 * console.log(trainer.step); // 0
 * ```
 */
export function softmaxCrossEntropy(
  logits: Tensor2D,
  labels: Tensor,
  { labelSmoothing = 0, classWeights, kernel }: SoftmaxCrossEntropyOptions = {},
): Scalar {
  checkLabels('softmaxCrossEntropy', logits, labels);
  checkDecay('softmaxCrossEntropy', 'labelSmoothing', labelSmoothing);
  const classes = logits.shape[1];
  if (classWeights !== undefined) checkClassWeights(classWeights, classes);
  return tidy(() => {
    if (labels.dtype === 'int32' && labels.rank === 1 && labelSmoothing === 0 && classWeights === undefined)
      return crossEntropy({ logits, labels: labels as Tensor1D, kernel });
    const shares = cast(labelShares(labels as Tensor2D | Tensor1D, classes), 'float32');
    const smooth = labelSmoothing === 0 ? shares : add(mul(shares, 1 - labelSmoothing), labelSmoothing / classes);
    const weighted = classWeights === undefined ? smooth : mul(smooth, countedWeights(shares, classWeights));
    return crossEntropy({ logits, labels: weighted as Tensor2D, kernel });
  });
}

/** What each row counts in a mean over all of them, `[B, 1]`, for the sum of the weighted rows to be divided by those that count at all. */
function countedWeights(shares: Tensor2D, classWeights: readonly number[]): Tensor {
  const weights = sum(mul(shares, tensor1d([...classWeights])), 1, true);
  const counted = maximum(sum(cast(notEqual(weights, 0), 'float32')), 1);
  return mul(weights, div(shares.shape[0], counted));
}

function checkClassWeights(classWeights: readonly number[], classes: number): void {
  const where = 'softmaxCrossEntropy';
  if (!Array.isArray(classWeights) || classWeights.length !== classes) {
    const got = Array.isArray(classWeights) ? `${classWeights.length}` : typeof classWeights;
    throw new ArgumentError(where, `classWeights to be ${classes} numbers, one a class`, got);
  }
  for (const [c, weight] of classWeights.entries()) checkNumber(where, `classWeights[${c}]`, weight, 0);
}
