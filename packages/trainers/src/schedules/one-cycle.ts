import { ArgumentError } from '@rnn/cells';
import { checkCount, checkNumber } from '../checks';
import type { Schedule } from './schedule';

export interface OneCycleOptions {
  /** Of the whole run. The last of them has the least rate, which later ones keep. */
  readonly totalSteps: number;
  /** The share of the steps in which the rate rises. Default: 0.3. */
  readonly pctStart?: number;
  /** The first rate is `maxRate / divFactor`. Default: 25. */
  readonly divFactor?: number;
  /** The last rate is the first divided by this. Default: 1e4. */
  readonly finalDivFactor?: number;
}

/**
 * The one-cycle policy (Smith & Topin 2017, https://arxiv.org/abs/1708.07120): a rate that rises to `maxRate` and falls far below where it began,
 * along half a wave of the cosine each, as PyTorch's `OneCycleLR` has it by default:
 *
 *     from maxRate / divFactor          at step 0
 *     to maxRate                        at step pctStart · totalSteps - 1
 *     to that first / finalDivFactor    at step totalSteps - 1
 *     between two of them               end + (begin - end) · (1 + cos(π · share of the way)) / 2
 *
 * The rate alone: no momentum moves with it. Throws `ArgumentError` for what does not fit.
 *
 * @example
 * ```ts
 * import { adam, oneCycle } from '@rnn/trainers';
 *
 * const rate = oneCycle(0.01, { totalSteps: 1000 });
 * console.log([0, 299, 999].map((step) => rate(step).toExponential(1))); // ['4.0e-4', '1.0e-2', '4.0e-8']
 * const optimizer = adam(rate);
 * console.log(optimizer.iterations); // 0
 * ```
 */
export function oneCycle(
  maxRate: number,
  { totalSteps, pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4 }: OneCycleOptions,
): Schedule {
  const where = 'oneCycle';
  checkNumber(where, 'maxRate', maxRate, 0);
  checkCount(where, 'totalSteps', totalSteps);
  if (!(pctStart >= 0 && pctStart <= 1)) throw new ArgumentError(where, 'pctStart to be from 0 to 1', `${pctStart}`);
  checkNumber(where, 'divFactor', divFactor, 1);
  checkNumber(where, 'finalDivFactor', finalDivFactor, 1);
  const [first, last] = [maxRate / divFactor, maxRate / divFactor / finalDivFactor];
  const [top, end] = [pctStart * totalSteps - 1, totalSteps - 1];
  return (step) => {
    if (step >= end) return last;
    return step < top ? between(first, maxRate, step / top) : between(maxRate, last, (step - top) / (end - top));
  };
}

function between(begin: number, end: number, share: number): number {
  return end + ((begin - end) * (1 + Math.cos(Math.PI * share))) / 2;
}
