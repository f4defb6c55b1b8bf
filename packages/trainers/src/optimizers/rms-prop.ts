import { add, div, mul, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkDecay, checkNumber, checkPositive } from '../checks';
import type { LearningRate } from '../schedules/schedule';
import type { Optimizer } from './optimizer';
import { SlotOptimizer } from './slot-optimizer';

export interface RmsPropOptions {
  /** How much of the running means is kept at an update. Default: 0.9. */
  readonly decay?: number;
  /** Default: 0. */
  readonly momentum?: number;
  /** Added under the root. Default: 1e-10. */
  readonly epsilon?: number;
  /** Divides by the standard deviation of the gradients in place of their root mean square. Default: false. */
  readonly centered?: boolean;
}

/**
 * RMSProp (Tieleman & Hinton 2012) as `tf.train.RMSPropOptimizer` has it: the mean of the squares starts at one, which makes the first
 * updates small, and epsilon is inside the root.
 *
 *     ms = decay ms + (1 - decay) g²
 *     mom = momentum · mom + learningRate · g / √(ms + epsilon);   w -= mom
 *     with centered:   mg = decay mg + (1 - decay) g, and √(ms - mg² + epsilon)
 *
 * Slots: ms `<variable>/RMSProp`, from 1; then, from 0, mg where centered, and mom: `<variable>/RMSProp_1`, `<variable>/RMSProp_2`.
 */
export function rmsProp(
  learningRate: LearningRate,
  { decay = 0.9, momentum = 0, epsilon = 1e-10, centered = false }: RmsPropOptions = {},
): Optimizer {
  checkDecay('rmsProp', 'decay', decay);
  checkNumber('rmsProp', 'momentum', momentum, 0);
  checkPositive('rmsProp', 'epsilon', epsilon);
  const mean = (old: Tensor, value: Tensor) => add(mul(old, decay), mul(value, 1 - decay));
  const move = (mom: Tensor, g: Tensor, variance: Tensor, rate: number) =>
    add(mul(mom, momentum), mul(div(g, sqrt(add(variance, epsilon))), rate));
  if (centered) {
    return new SlotOptimizer('RMSProp', learningRate, { ms: 1, mg: 0, mom: 0 }, (variables, { learningRate }) =>
      variables.map(({ w, g, ...old }) => {
        const ms = mean(old.ms, square(g));
        const mg = mean(old.mg, g);
        const mom = move(old.mom, g, sub(ms, square(mg)), learningRate);
        return { w: sub(w, mom), ms, mg, mom };
      }),
    );
  }
  return new SlotOptimizer('RMSProp', learningRate, { ms: 1, mom: 0 }, (variables, { learningRate }) =>
    variables.map(({ w, g, ...old }) => {
      const ms = mean(old.ms, square(g));
      const mom = move(old.mom, g, ms, learningRate);
      return { w: sub(w, mom), ms, mom };
    }),
  );
}
