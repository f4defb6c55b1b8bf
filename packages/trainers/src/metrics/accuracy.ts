import { argMax, cast, equal, mean, type Scalar, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { labelClasses } from '../losses/labels';

/**
 * The share of rows of `logits [B, C]` whose largest value stands at the label; of several equal ones the first counts. `labels` as for
 * `softmaxCrossEntropy`; of shares the largest is the label. Throws `ArgumentError` where shapes do not fit.
 */
export function accuracy(logits: Tensor2D, labels: Tensor): Scalar {
  return tidy(() => {
    const classes = labelClasses('accuracy', logits, labels);
    return mean<Scalar>(cast(equal(cast(argMax(logits, 1), classes.dtype), classes), 'float32'));
  });
}
