import { checkNumber } from '../checks';
import type { LearningRate } from './schedule';

/** The rate at a step. Throws `ArgumentError` where that is none. */
export function rateAt(where: string, rate: LearningRate, step: number): number {
  if (typeof rate === 'number') return rate;
  const value = rate(step);
  checkNumber(where, `the learningRate of step ${step}`, value, 0);
  return value;
}

/** Throws unless it is a rate or a function. */
export function checkLearningRate(where: string, rate: LearningRate): void {
  if (typeof rate !== 'function') checkNumber(where, 'learningRate', rate, 0);
}
