import { adagrad, Estimator, type Model, meanSquaredError, optimizeLoss } from '@rnn/trainers';
import { reshape } from '@tensorflow/tfjs-core';

export interface LearnerOptions {
  readonly learningRate: number;
  /** How many updates the whole run has, for a rate that follows from it. */
  readonly steps: number;
  readonly seed: number;
}

/** How the estimator is updated. */
export interface SineUpdate {
  /** Where Adagrad's sums of squares start. */
  readonly initialAccumulatorValue: number;
  /** Of the steps the last ones, in which the rate falls evenly to 0. */
  readonly fallingShare: number;
}

/** The mean squared error of both sides, flattened; Adagrad. */
export function sineEstimator(
  model: Model,
  { initialAccumulatorValue, fallingShare }: SineUpdate,
  { learningRate, steps, seed }: LearnerOptions,
): Estimator {
  const update = {
    optimizer: (rate: number) => adagrad(rate, { initialAccumulatorValue }),
    learningRate,
    learningRateDecayFn: (rate: number, step: number) => rate * Math.min(1, (1 - step / steps) / fallingShare),
  };
  return new Estimator({
    ...{ model, seed },
    modelFn(features, labels) {
      const predictions = model.apply(features); // [B, 1]
      if (labels === undefined) return { predictions };
      const loss = meanSquaredError(reshape(predictions, [-1]), reshape(labels, [-1]));
      return { predictions, loss, trainOp: optimizeLoss(loss, update) };
    },
  });
}
