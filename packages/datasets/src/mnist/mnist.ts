import { chooseSeed } from '../choose-seed';
import type { Dataset, DatasetOptions } from '../dataset';
import { DatasetError } from '../dataset-error';
import { decodeMnist, type MnistLabels } from './decode-mnist';
import type { MnistSourceOptions } from './read-mnist';

export interface MnistOptions extends MnistSourceOptions, DatasetOptions {
  /** Default: `'one-hot'`. */
  readonly labels?: MnistLabels | undefined;
  /** How many of the first train images are kept for validation. Default: 5,000. */
  readonly validationSize?: number | undefined;
}

export interface Mnist {
  readonly train: Dataset;
  readonly validation: Dataset;
  readonly test: Dataset;
  /** Where the files came from, for a person. */
  readonly source: string;
  /** What was found damaged on the way and passed over, a sentence each; usually empty. */
  readonly notes: readonly string[];
}

/**
 * Handwritten digits, divided as TensorFlow 1's `read_data_sets` does: the first 5,000 images of the train file are for
 * validation, the other 55,000 for training, the 10,000 of the test file for testing. Inputs `[28, 28]`, 0 for paper to 1
 * for ink; targets `[10]`, or `[]` with `labels: 'integer'`. Runs in Node alone, since it reads files.
 *
 *     const { train, test } = await mnist({ seed: 1 });
 *     train.nextBatch(128);                              // inputs [128, 28, 28], targets [128, 10]
 */
export async function mnist(options: MnistOptions = {}): Promise<Mnist> {
  const { labels = 'one-hot', validationSize = 5_000, seed } = options;
  if (labels !== 'one-hot' && labels !== 'integer') {
    throw new DatasetError({ where: 'mnist', expected: "labels to be 'one-hot' or 'integer'", got: `${labels}` });
  }
  const shared = { labels, seed: chooseSeed('mnist', seed) };
  const { readMnist } = await import('./read-mnist'); // kept out of what a browser loads for parseIdx and sine
  const { files, source, notes } = await readMnist(options);
  const all = decodeMnist(files.trainImages, files.trainLabels, shared);
  const test = decodeMnist(files.testImages, files.testLabels, shared);
  if (!Number.isInteger(validationSize) || validationSize < 0 || validationSize >= all.size) {
    throw new DatasetError({
      where: 'mnist',
      expected: `validationSize to be a whole number from 0 to ${all.size - 1}, so that some of the ${all.size} train images remain`,
      got: `${validationSize}`,
    });
  }
  return { train: all.slice(validationSize), validation: all.take(validationSize), test, source, notes };
}
