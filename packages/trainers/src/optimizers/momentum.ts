import { add, mul, sub } from '@tensorflow/tfjs-core';
import { checkNumber } from '../checks';
import type { Optimizer } from './optimizer';
import { SlotOptimizer } from './slot-optimizer';

export interface MomentumOptions {
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
  learningRate: number,
  momentum: number,
  { useNesterov = false }: MomentumOptions = {},
): Optimizer {
  checkNumber('momentum', 'momentum', momentum, 0);
  return new SlotOptimizer('Momentum', learningRate, { acc: 0 }, (w, g, slots, { learningRate }) => {
    const acc = add(mul(slots.acc, momentum), g);
    const direction = useNesterov ? add(g, mul(acc, momentum)) : acc;
    return { w: sub(w, mul(direction, learningRate)), acc };
  });
}
