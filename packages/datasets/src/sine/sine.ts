import { chooseSeed } from '../choose-seed';
import type { Dataset, DatasetOptions } from '../dataset';
import { sineWindows } from './sine-windows';

export interface SineOptions extends DatasetOptions {
  /** Points of the train curve. Default: 11,000. */
  readonly trainSamples?: number;
  /** Points of the test curve. Default: 1,100. */
  readonly testSamples?: number;
  /** How many values predict the next. Default: 10. */
  readonly windowSize?: number;
}

/**
 * The sine curve to be predicted: trained on angles 0 to 100, tested on 100 to 110, which it has not seen.
 *
 *     const { train, test } = sine();   // 10,990 and 1,090 windows; inputs [N, 10, 1], targets [N, 1]
 */
export function sine({ trainSamples = 11_000, testSamples = 1_100, windowSize = 10, seed }: SineOptions = {}): {
  readonly train: Dataset;
  readonly test: Dataset;
} {
  const shared = { windowSize, seed: chooseSeed('sine', seed) };
  return {
    train: sineWindows({ start: 0, stop: 100, samples: trainSamples, ...shared }),
    test: sineWindows({ start: 100, stop: 110, samples: testSamples, ...shared }),
  };
}
