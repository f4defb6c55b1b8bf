import { checkCount, checkNumber } from '../checks';
import { checkLearningRate, rateAt } from './rate-at';
import type { LearningRate, Schedule } from './schedule';

export interface WarmUpOptions {
  /** After how many updates the rate is the wrapped one's. */
  readonly steps: number;
  /** The rate of the first update. Default: 0. */
  readonly from?: number;
}

/**
 * A rate that rises evenly to that of another schedule, which begins then:
 *
 *     rate(step) = from + (rate of schedule(0) - from) · step / steps        step < steps
 *     rate(step) = schedule(step - steps)                                    afterwards
 *
 * The first update has rate `from`: with 0 it moves no weight. Throws `ArgumentError` for what does not fit.
 *
 * @example
 * ```ts
 * import { cosineDecay, warmUp } from '@rnn/trainers';
 *
 * const rate = warmUp(cosineDecay(0.1, { decaySteps: 900 }), { steps: 100 });
 * console.log([0, 50, 100, 550, 1000].map((step) => rate(step).toFixed(3))); // ['0.000', '0.050', '0.100', '0.050', '0.000']
 * ```
 */
export function warmUp(schedule: LearningRate, { steps, from = 0 }: WarmUpOptions): Schedule {
  checkLearningRate('warmUp', schedule);
  checkCount('warmUp', 'steps', steps);
  checkNumber('warmUp', 'from', from, 0);
  return (step) => {
    if (step >= steps) return rateAt('warmUp', schedule, step - steps);
    return from + ((rateAt('warmUp', schedule, 0) - from) * step) / steps;
  };
}
