import { logSoftmax, mean, mul, neg, type Scalar, sum, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { labelShares } from './labels';

/**
 * The softmax cross-entropy, its mean over the batch.
 *
 *     loss = mean_b(-Σ_c labels[b, c] · log softmax(logits[b])[c])
 *
 * `logits [B, C]`; `labels` one-hot or any shares that sum to one, `[B, C]`, or class numbers `[B]` int32. Stable for logits of any size.
 * A class number outside 0 to C - 1 makes the loss NaN, as TensorFlow's on a GPU. Throws `ArgumentError` where shapes do not fit.
 */
export function softmaxCrossEntropy(logits: Tensor2D, labels: Tensor): Scalar {
  const shares = labelShares('softmaxCrossEntropy', logits, labels);
  return neg(mean<Scalar>(sum(mul(shares, logSoftmax(logits)), 1)));
}
