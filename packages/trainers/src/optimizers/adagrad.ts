import { adagradUpdate } from '@rnn/kernels';
import { checkPositive } from '../checks';
import type { LearningRate } from '../schedules/schedule';
import type { KernelOptions } from './kernel-options';
import type { Optimizer } from './optimizer';
import { SlotOptimizer } from './slot-optimizer';

export interface AdagradOptions extends KernelOptions {
  /** Where the sums of squares start. Above 0, since nothing else keeps the division finite. Default: 0.1. */
  readonly initialAccumulatorValue?: number;
}

/**
 * Adagrad (Duchi, Hazan & Singer 2011) as `tf.train.AdagradOptimizer` has it: no epsilon.
 *
 *     acc += g²;   w -= learningRate · g / √acc
 *
 * Slot: acc `<variable>/Adagrad`, from `initialAccumulatorValue`.
 */
export function adagrad(
  learningRate: LearningRate,
  { initialAccumulatorValue = 0.1, kernel }: AdagradOptions = {},
): Optimizer {
  checkPositive('adagrad', 'initialAccumulatorValue', initialAccumulatorValue);
  const firstValues = { acc: initialAccumulatorValue };
  return new SlotOptimizer('Adagrad', learningRate, firstValues, (variables, { learningRate: rate }) =>
    adagradUpdate({ variables, rate, kernel }),
  );
}
