import { checkCount, checkNumber } from '../checks';
import type { Schedule } from './schedule';

export interface CosineDecayOptions {
  /** After how many updates the rate is at its least, where it stays. */
  readonly decaySteps: number;
  /** The least rate, as a share of the first. Default: 0. */
  readonly alpha?: number;
}

/**
 * A rate that falls along half a wave of the cosine (Loshchilov & Hutter 2016, https://arxiv.org/abs/1608.03983), `tf.train.cosine_decay`:
 *
 *     rate = learningRate · ((1 - alpha) · (1 + cos(π · min(step, decaySteps) / decaySteps)) / 2 + alpha)
 *
 * Throws `ArgumentError` for what does not fit.
 */
export function cosineDecay(learningRate: number, { decaySteps, alpha = 0 }: CosineDecayOptions): Schedule {
  checkNumber('cosineDecay', 'learningRate', learningRate, 0);
  checkCount('cosineDecay', 'decaySteps', decaySteps);
  checkNumber('cosineDecay', 'alpha', alpha, 0);
  return (step) => {
    const cosine = (1 + Math.cos((Math.PI * Math.min(step, decaySteps)) / decaySteps)) / 2;
    return learningRate * ((1 - alpha) * cosine + alpha);
  };
}
