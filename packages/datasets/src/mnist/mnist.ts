import type { DatasetOptions } from '../dataset';
import type { MnistLabels } from './decode-mnist';
import { loadSet, type Mnist } from './load-set';
import { mnistSet } from './mnist-set';
import type { MnistSourceOptions } from './read-set';

export interface MnistOptions extends MnistSourceOptions, DatasetOptions {
  /** Default: `'one-hot'`. */
  readonly labels?: MnistLabels | undefined;
  /** How many of the first train images are kept for validation. Default: 5,000. */
  readonly validationSize?: number | undefined;
}

/**
 * Handwritten digits, divided as TensorFlow 1's `read_data_sets` does: the first 5,000 images of the train file are for
 * validation, the other 55,000 for training, the 10,000 of the test file for testing. Inputs `[28, 28]`, 0 for paper to 1
 * for ink; targets `[10]`, or `[]` with `labels: 'integer'`. Runs in Node alone, since it reads files.
 *
 *     const { train, test } = await mnist({ seed: 1 });
 *     train.nextBatch(128);                              // inputs [128, 28, 28], targets [128, 10]
 */
export function mnist(options: MnistOptions = {}): Promise<Mnist> {
  return loadSet(mnistSet, options);
}
