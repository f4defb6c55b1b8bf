import type { RNNCell } from '@rnn/cells';
import { Estimator, type KernelChoice, meanSquaredError, optimizeLoss, sequenceRegressor } from '@rnn/trainers';
import { reshape } from '@tensorflow/tfjs-core';

export interface LearnerOptions {
  readonly learningRate: number;
  readonly kernel: KernelChoice;
  readonly seed: number;
}

/** The last output through a dense layer to one value; the mean squared error of both sides, flattened; Adagrad. */
export function sineEstimator(cell: RNNCell, { learningRate, kernel, seed }: LearnerOptions): Estimator {
  const model = sequenceRegressor({ cell, outputs: 1, kernel });
  return new Estimator({
    ...{ model, seed },
    modelFn(features, labels) {
      const predictions = model.apply(features); // [B, 1]
      if (labels === undefined) return { predictions };
      const loss = meanSquaredError(reshape(predictions, [-1]), reshape(labels, [-1]));
      return { predictions, loss, trainOp: optimizeLoss(loss, { optimizer: 'Adagrad', learningRate }) };
    },
  });
}
