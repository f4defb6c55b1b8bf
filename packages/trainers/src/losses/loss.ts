import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';

/** From predictions `[B, K]` and the targets of the same B examples to one number: the mean over the batch. */
export type Loss = (predictions: Tensor2D, targets: Tensor) => Scalar;
