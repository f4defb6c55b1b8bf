import { checkCount, checkNumber, checkPositive } from '../checks';
import type { Schedule } from './schedule';

export interface ExponentialDecayOptions {
  /** In how many updates the rate is multiplied by `decayRate` once. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** The rate stays for `decaySteps` updates and then falls at once. Default: false. */
  readonly staircase?: boolean;
}

/**
 * A rate that falls by the same factor in every `decaySteps` updates, `tf.train.exponential_decay`:
 *
 *     rate = learningRate · decayRate^(step / decaySteps)        with staircase: ⌊step / decaySteps⌋
 *
 * Throws `ArgumentError` for what does not fit.
 *
 * @example
 * ```ts
 * import { adam, exponentialDecay } from '@rnn/trainers';
 *
 * const halving = exponentialDecay(0.01, { decaySteps: 1000, decayRate: 0.5, staircase: true });
 * console.log(halving(0), halving(999), halving(1000)); // 0.01 0.01 0.005
 * console.log(adam(halving).learningRate); // 0.01, that of the first update
 * ```
 */
export function exponentialDecay(
  learningRate: number,
  { decaySteps, decayRate, staircase = false }: ExponentialDecayOptions,
): Schedule {
  checkNumber('exponentialDecay', 'learningRate', learningRate, 0);
  checkCount('exponentialDecay', 'decaySteps', decaySteps);
  checkPositive('exponentialDecay', 'decayRate', decayRate);
  return (step) => {
    const share = step / decaySteps;
    return learningRate * decayRate ** (staircase ? Math.floor(share) : share);
  };
}
