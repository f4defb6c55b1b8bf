import { adamUpdate } from '@rnn/kernels';
import { checkDecay, checkNumber } from '../checks';
import type { LearningRate } from '../schedules/schedule';
import type { KernelOptions } from './kernel-options';
import type { Optimizer } from './optimizer';
import { SlotOptimizer } from './slot-optimizer';

export interface AdamOptions extends KernelOptions {
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
  learningRate: LearningRate = 0.001,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, kernel }: AdamOptions = {},
): Optimizer {
  checkDecay('adam', 'beta1', beta1);
  checkDecay('adam', 'beta2', beta2);
  checkNumber('adam', 'epsilon', epsilon, 0);
  return new SlotOptimizer('Adam', learningRate, { m: 0, v: 0 }, (variables, { learningRate, iteration: t }) => {
    const rate = (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
    return adamUpdate({ variables, rate, beta1, beta2, epsilon, kernel });
  });
}
