import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';

/** From predictions `[B, K]` and the targets of the same B examples to one number, their mean over the batch. It needs no gradient. */
export type Metric = (predictions: Tensor2D, targets: Tensor) => Scalar;
