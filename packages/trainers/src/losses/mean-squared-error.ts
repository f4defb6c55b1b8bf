import { ArgumentError } from '@rnn/cells';
import { mean, type Scalar, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { shapeText } from '../shape-text';

/**
 * The mean over all elements of `(predictions - targets)²`. Throws `ArgumentError` unless both have one shape: `[B, 1]` against `[B]`
 * would quietly compare each example with every other.
 */
export function meanSquaredError(predictions: Tensor, targets: Tensor): Scalar {
  if (predictions.shape.join() !== targets.shape.join()) {
    const expected = `targets to have the predictions' shape ${shapeText(predictions.shape)}`;
    throw new ArgumentError('meanSquaredError', expected, shapeText(targets.shape));
  }
  return mean<Scalar>(square(sub(predictions, targets)));
}
