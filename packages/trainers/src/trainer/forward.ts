import type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';

/**
 * The forward pass of a batch, for a model whose loss needs more than its predictions: `inputs [B, T, D]` and the batch's targets give the
 * predictions `[B, K]` and their loss, the mean over the batch. `mode` tells a batch to learn from and one to evaluate apart.
 * `lengths [B]` come with padded sequences. All are of this batch alone: what you keep, copy.
 */
export type Forward = (
  inputs: Tensor3D,
  targets: Tensor,
  mode: 'train' | 'eval',
  lengths?: Int32Array | undefined,
) => { readonly predictions: Tensor2D; readonly loss: Scalar };
