import { momentumUpdate } from '@rnn/kernels';
import { checkNumber } from '../checks';
import type { LearningRate } from '../schedules/schedule';
import type { KernelOptions } from './kernel-options';
import type { Optimizer } from './optimizer';
import { SlotOptimizer } from './slot-optimizer';

export interface MomentumOptions extends KernelOptions {
  /** Looks one step ahead (Sutskever et al. 2013). Default: false. */
  readonly useNesterov?: boolean;
}

/**
 * Gradient descent with momentum as `tf.train.MomentumOptimizer` has it: the rate is outside the accumulator, so a change of the rate acts
 * at once.
 *
 *     acc = momentum · acc + g;   w -= learningRate · acc
 *     with useNesterov:           w -= learningRate · (g + momentum · acc)
 *
 * Slot: acc `<variable>/Momentum`, from 0.
 */
export function momentum(
  learningRate: LearningRate,
  momentum: number,
  { useNesterov = false, kernel }: MomentumOptions = {},
): Optimizer {
  checkNumber('momentum', 'momentum', momentum, 0);
  return new SlotOptimizer('Momentum', learningRate, { acc: 0 }, (variables, { learningRate: rate }) =>
    momentumUpdate({ variables, rate, momentum, useNesterov, kernel }),
  );
}
