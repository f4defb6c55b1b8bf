import { add, div, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';
import { checkDecay, checkNumber } from '../checks';
import type { Optimizer } from './optimizer';
import { SlotOptimizer } from './slot-optimizer';

export interface AdamOptions {
  /** How much of the mean of the gradients is kept at an update. Default: 0.9. */
  readonly beta1?: number;
  /** How much of the mean of their squares is kept at an update. Default: 0.999. */
  readonly beta2?: number;
  /** Default: 1e-8. */
  readonly epsilon?: number;
}

/**
 * Adam (Kingma & Ba 2014, https://arxiv.org/abs/1412.6980) as `tf.train.AdamOptimizer` has it: epsilon is added to √v before the bias of v
 * is corrected, the paper's "epsilon hat".
 *
 *     m = beta1 m + (1 - beta1) g;   v = beta2 v + (1 - beta2) g²
 *     w -= learningRate · √(1 - beta2ᵗ) / (1 - beta1ᵗ) · m / (√v + epsilon)        t from 1
 *
 * Slots: m `<variable>/Adam`, v `<variable>/Adam_1`, from 0.
 */
export function adam(
  learningRate = 0.001,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions = {},
): Optimizer {
  checkDecay('adam', 'beta1', beta1);
  checkDecay('adam', 'beta2', beta2);
  checkNumber('adam', 'epsilon', epsilon, 0);
  return new SlotOptimizer('Adam', learningRate, { m: 0, v: 0 }, (w, g, slots, { learningRate, iteration: t }) => {
    const rate = (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
    const m = add(mul(slots.m, beta1), mul(g, 1 - beta1));
    const v = add(mul(slots.v, beta2), mul(square(g), 1 - beta2));
    return { w: sub(w, mul(div(m, add(sqrt(v), epsilon)), rate)), m, v };
  });
}
