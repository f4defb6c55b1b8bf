import { checkLabels } from '../check-labels';
import { chooseSeed } from '../choose-seed';
import type { Dataset } from '../dataset';
import { DatasetError } from '../dataset-error';
import { decodeMnist } from './decode-mnist';
import type { MnistOptions } from './mnist';
import type { PublishedSet } from './published-set';

/** What `mnist` and `fashionMnist` give. */
export interface Mnist {
  readonly train: Dataset;
  readonly validation: Dataset;
  readonly test: Dataset;
  /** Where the files came from, for a person. */
  readonly source: string;
  /** What was found damaged on the way and passed over, a sentence each; usually empty. */
  readonly notes: readonly string[];
}

/** Reads a set and divides it: the first `validationSize` of the train file validate, the others train. */
export async function loadSet(set: PublishedSet, options: MnistOptions): Promise<Mnist> {
  const { where, title } = set;
  const { labels = 'one-hot', validationSize = 5_000, seed } = options;
  checkLabels(where, labels);
  const shared = { labels, title, seed: chooseSeed(where, seed) };
  const { readSet } = await import('./read-set'); // kept out of what a browser loads for parseIdx and sine
  const { files, source, notes } = await readSet(set, options);
  const all = decodeMnist(files.trainImages, files.trainLabels, shared);
  const test = decodeMnist(files.testImages, files.testLabels, shared);
  if (!Number.isInteger(validationSize) || validationSize < 0 || validationSize >= all.size) {
    throw new DatasetError({
      where,
      expected: `validationSize to be a whole number from 0 to ${all.size - 1}, so that some of the ${all.size} train images remain`,
      got: `${validationSize}`,
    });
  }
  return { train: all.slice(validationSize), validation: all.take(validationSize), test, source, notes };
}
