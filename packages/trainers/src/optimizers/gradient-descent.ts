import { mul, sub } from '@tensorflow/tfjs-core';
import type { LearningRate } from '../schedules/schedule';
import type { Optimizer } from './optimizer';
import { SlotOptimizer } from './slot-optimizer';

/** Plain gradient descent: `w -= learningRate · g`. No slots. */
export function gradientDescent(learningRate: LearningRate): Optimizer {
  return new SlotOptimizer('GradientDescent', learningRate, {}, (variables, { learningRate }) =>
    variables.map(({ w, g }) => ({ w: sub(w, mul(g, learningRate)) })),
  );
}
