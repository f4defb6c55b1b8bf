import { checkNumber } from '../checks';
import type { Schedule } from './schedule';

/** The same rate at every step. Throws `ArgumentError` for what is no rate. */
export function constant(learningRate: number): Schedule {
  checkNumber('constant', 'learningRate', learningRate, 0);
  return () => learningRate;
}
