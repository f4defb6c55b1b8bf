import { Dataset, valuesColumn } from '@rnn/datasets';
import { expect, it } from 'vitest';
import type { DigitTrainer } from './digit-trainer';
import { accuracyOfFirst, readImages } from './read-images';

const truths = [3, 3, 7, 0];
const answers = [3, 5, 7, 9];
const targets = Float32Array.from({ length: 40 }, (_, i) => (truths[Math.floor(i / 10)] === i % 10 ? 1 : 0));
const images = new Dataset(valuesColumn(new Float32Array(4 * 784), [28, 28]), valuesColumn(targets, [10]));
/** Gives each image's answer a logit of 2 and the other classes one of 0. */
const trainer = {
  predict: async () => Float32Array.from({ length: 40 }, (_, i) => (answers[Math.floor(i / 10)] === i % 10 ? 2 : 0)),
} as unknown as DigitTrainer;

it('counts what each digit is taken for, and names what is misread with its probability', async () => {
  const { accuracy, counts, misread } = await readImages(trainer, images, undefined);
  const probability = Math.exp(2) / (Math.exp(2) + 9);
  expect(accuracy).toBe(0.5);
  expect(misread).toEqual([
    { index: 1, truth: 3, predicted: 5, probability: expect.closeTo(probability, 12) },
    { index: 3, truth: 0, predicted: 9, probability: expect.closeTo(probability, 12) },
  ]);
  const filled = counts.flatMap((row, truth) => row.flatMap((n, k) => (n > 0 ? [[truth, k, n]] : [])));
  expect(filled).toEqual([
    [0, 9, 1],
    [3, 3, 1],
    [3, 5, 1],
    [7, 7, 1],
  ]);
});

it('the first images have an accuracy of their own', async () => {
  const read = await readImages(trainer, images, undefined);
  expect(accuracyOfFirst(1, read)).toEqual({ accuracy: 1, examples: 1 });
  expect(accuracyOfFirst(3, read)).toEqual({ accuracy: 2 / 3, examples: 3 });
  expect(accuracyOfFirst(128, read)).toEqual({ accuracy: 0.5, examples: 4 });
});
