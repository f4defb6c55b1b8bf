import { ArgumentError } from '@rnn/cells';
import { type Scalar, Tensor } from '@tensorflow/tfjs-core';
import { checkChoice, checkFunction, checkPositive, describeValue } from '../checks';
import { adagrad } from '../optimizers/adagrad';
import { adam } from '../optimizers/adam';
import { gradientDescent } from '../optimizers/gradient-descent';
import { momentum } from '../optimizers/momentum';
import type { Optimizer } from '../optimizers/optimizer';
import { rmsProp } from '../optimizers/rms-prop';
import { checkLearningRate } from '../schedules/rate-at';
import type { LearningRate } from '../schedules/schedule';

/** By TensorFlow's names, with its defaults and its momentum of 0.9. */
const optimizers = {
  Adagrad: (rate: number) => adagrad(rate),
  Adam: (rate: number) => adam(rate),
  Momentum: (rate: number) => momentum(rate, 0.9),
  RMSProp: (rate: number) => rmsProp(rate),
  SGD: (rate: number) => gradientDescent(rate),
};

export interface OptimizeLossOptions {
  /** Of every update, or a schedule, which is given the number of updates before it. */
  readonly learningRate: LearningRate;
  /** TensorFlow's name of it, or what makes one of a rate, such as `adagrad`. An Estimator makes it at the first update and keeps it. */
  readonly optimizer: keyof typeof optimizers | ((learningRate: number) => Optimizer);
  /** Gradients are clipped to this global norm: see `clipByGlobalNorm`. Default: they are not. */
  readonly clipGradients?: number | undefined;
  /**
   * TensorFlow's way to a schedule: the rate of an update, from that of `learningRate` and the number of updates before it. Default:
   * `learningRate` itself.
   */
  readonly learningRateDecayFn?: ((learningRate: number, globalStep: number) => number) | undefined;
}

/** An update that an Estimator can make: down which loss, and how. */
export interface TrainOp extends Omit<OptimizeLossOptions, 'optimizer'> {
  readonly loss: Scalar;
  readonly makeOptimizer: (learningRate: number) => Optimizer;
}

/**
 * The update that takes a model down its loss, as TensorFlow 1's `tf.contrib.layers.optimize_loss`, for a model function of an `Estimator` to
 * return. It computes nothing: the Estimator does, in mode `train`. Throws `ArgumentError` for what does not fit.
 */
export function optimizeLoss(loss: Scalar, { optimizer, ...options }: OptimizeLossOptions): TrainOp {
  const where = 'optimizeLoss';
  const { learningRate, clipGradients, learningRateDecayFn } = options;
  if (!(loss instanceof Tensor)) throw new ArgumentError(where, 'loss to be a tensor []', describeValue(loss));
  checkLearningRate(where, learningRate);
  if (clipGradients !== undefined) checkPositive(where, 'clipGradients', clipGradients);
  if (learningRateDecayFn !== undefined) checkFunction(where, 'learningRateDecayFn', learningRateDecayFn);
  if (typeof optimizer === 'function') return { ...options, loss, makeOptimizer: optimizer };
  checkChoice(where, 'optimizer', optimizer, Object.keys(optimizers));
  return { ...options, loss, makeOptimizer: optimizers[optimizer] };
}
