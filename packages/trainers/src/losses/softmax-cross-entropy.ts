import { softmaxCrossEntropy as crossEntropy } from '@rnn/kernels';
import { cast, type Scalar, type Tensor, type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { checkLabels } from './labels';

/**
 * The softmax cross-entropy, its mean over the batch.
 *
 *     loss = mean_b(-Σ_c labels[b, c] · log softmax(logits[b])[c])
 *
 * `logits [B, C]`; `labels` one-hot or any shares that sum to one, `[B, C]`, or class numbers `[B]` int32. Stable for logits of any size.
 * A class number outside 0 to C - 1 makes the loss NaN, as TensorFlow's on a GPU. Throws `ArgumentError` where shapes do not fit.
 */
export function softmaxCrossEntropy(logits: Tensor2D, labels: Tensor): Scalar {
  checkLabels('softmaxCrossEntropy', logits, labels);
  return tidy(() => {
    const shares = labels.rank === 2 ? cast(labels as Tensor2D, 'float32') : (labels as Tensor1D);
    return crossEntropy({ logits, labels: shares });
  });
}
