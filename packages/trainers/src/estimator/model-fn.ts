import type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { TrainOp } from './optimize-loss';

/** What a model function is called for, TensorFlow's `ModeKeys`: to learn from a batch, to measure one, or to predict. */
export type Mode = 'train' | 'eval' | 'infer';

/** What a model function gives. All is freed for it. */
export interface ModelFnOps {
  /** `[B, K]` */
  readonly predictions: Tensor2D;
  /** `[]`, the mean over the batch. Needed but to predict. */
  readonly loss?: Scalar | undefined;
  /** What `optimizeLoss` of that loss gave. Needed to train; otherwise it does nothing. */
  readonly trainOp?: TrainOp | undefined;
}

/**
 * A network, its loss and its update in one function, as an Estimator of TensorFlow 1 takes it: features `[B, T, D]` and their labels to
 * `ModelFnOps`. In mode `infer` there are no labels. Of padded sequences it
 * is told the lengths `[B]`. It is called for every batch, where TensorFlow calls it once for a graph, so whatever has
 * weights is made outside of it. What it is given is of this batch alone: what you keep, copy.
 */
export type ModelFn<Params = undefined> = (
  features: Tensor3D,
  labels: Tensor | undefined,
  mode: Mode,
  params: Params,
  sequenceLength?: ArrayLike<number> | undefined,
) => ModelFnOps;
