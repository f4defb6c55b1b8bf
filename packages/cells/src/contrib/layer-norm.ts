import { add, moments, mul, rsqrt, sub, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import type { WeightDeclaration } from '../layer-rnn-cell';
import { constant } from '../weights/initializers';

/** What TensorFlow 1's `layer_norm` adds to the variance, so that a row of equal values is not divided by 0. */
const epsilon = 1e-12;

/** The options of cells that normalise. */
export interface LayerNormOptions {
  /** What every gamma starts with. Default: 1. */
  normGain?: number;
  /** What every beta starts with. Default: 0. */
  normShift?: number;
}

/** The weights of one normalisation: `scope/gamma [H]` and `scope/beta [H]`. */
export function layerNormWeights<Scope extends string>(
  scope: Scope,
  numUnits: number,
  { normGain, normShift }: Required<LayerNormOptions>,
): Record<`${Scope}/${'gamma' | 'beta'}`, WeightDeclaration> {
  const weights: Record<string, WeightDeclaration> = {
    [`${scope}/gamma`]: { shape: [numUnits], initializer: constant(normGain) },
    [`${scope}/beta`]: { shape: [numUnits], initializer: constant(normShift) },
  };
  return weights;
}

/**
 * Layer normalisation over the units of each row (Ba, Kiros & Hinton 2016, https://arxiv.org/abs/1607.06450).
 *
 *     (v - mean) / √(variance + 1e-12) ⊙ gamma + beta        the variance is the mean square, over H and not H - 1
 *
 * `v [B, H]`; `gamma` and `beta` `[H]`.
 */
export function layerNorm(v: Tensor2D, gamma: Tensor1D, beta: Tensor1D): Tensor2D {
  const { mean, variance } = moments(v, 1, true);
  return add(mul(mul(sub(v, mean), rsqrt(add(variance, epsilon))), gamma), beta);
}
