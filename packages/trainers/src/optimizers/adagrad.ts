import { add, div, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';
import { checkPositive } from '../checks';
import type { Optimizer } from './optimizer';
import { SlotOptimizer } from './slot-optimizer';

export interface AdagradOptions {
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
export function adagrad(learningRate: number, { initialAccumulatorValue = 0.1 }: AdagradOptions = {}): Optimizer {
  checkPositive('adagrad', 'initialAccumulatorValue', initialAccumulatorValue);
  const firstValues = { acc: initialAccumulatorValue };
  return new SlotOptimizer('Adagrad', learningRate, firstValues, (w, g, slots, { learningRate }) => {
    const acc = add(slots.acc, square(g));
    return { w: sub(w, mul(div(g, sqrt(acc)), learningRate)), acc };
  });
}
