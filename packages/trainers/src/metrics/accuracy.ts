import { argMax, cast, equal, mean, type Scalar, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { labelClasses } from '../losses/labels';

/**
 * The share of rows of `logits [B, C]` whose largest value stands at the label; of several equal ones the first counts. `labels` as for
 * `softmaxCrossEntropy`. Throws `ArgumentError` where shapes do not fit.
 */
export function accuracy(logits: Tensor2D, labels: Tensor): Scalar {
  const classes = labelClasses('accuracy', logits, labels);
  return mean<Scalar>(cast(equal(argMax(logits, 1), classes), 'float32'));
}
