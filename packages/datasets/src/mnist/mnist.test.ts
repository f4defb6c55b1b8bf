import { beforeAll, expect, test } from 'vitest';
import { saying } from '../dataset-error.fixture';
import { newFolder } from '../new-folder.fixture';
import type { Mnist } from './load-set';
import { mnist } from './mnist';
import { writeSmallMnist } from './small-mnist.fixture';

let folder: string;
let real: Mnist;
beforeAll(async () => {
  folder = await newFolder();
  await writeSmallMnist(folder);
  real = await mnist({ sources: ['package'], seed: 1 });
});

const digitsOf = (oneHot: Iterable<number>, count: number) => {
  const values = [...oneHot];
  return Array.from({ length: count }, (_, row) => values.slice(10 * row, 10 * row + 10).indexOf(1));
};

test('the real one has 55,000, 5,000 and 10,000 pictures of 28 x 28 with one-hot labels', () => {
  expect([real.train.size, real.validation.size, real.test.size]).toEqual([55_000, 5_000, 10_000]);
  for (const set of [real.train, real.validation, real.test]) {
    expect(set).toMatchObject({ inputShape: [28, 28], targetShape: [10], seed: 1 });
  }
});

test('its first test digits are 7 2 1 0 4 1 4 9 5 9, its first train digits 5 0 4 1 9 2 1 3 1 4', () => {
  const first = (of: Mnist['test']) => digitsOf(of.nextBatch(10, { shuffle: false }).targets, 10);
  expect(first(real.test)).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  expect(first(real.validation)).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]); // the train file begins with the validation set
});

test('its mean brightness is the published 0.1307 over the train file', () => {
  let sum = 0;
  for (const set of [real.train, real.validation]) {
    for (const { inputs } of set.batches({ batchSize: 1000 }))
      sum = inputs.reduce((total, pixel) => total + pixel, sum);
  }
  expect(sum / (60_000 * 784)).toBeCloseTo(0.1307, 4);
});

test('a shuffled batch keeps pictures and labels together', () => {
  const first = real.test.take(500);
  const whole = first.nextBatch(500, { shuffle: false });
  const picture = (inputs: Float32Array, row: number) => inputs.subarray(784 * row, 784 * row + 784).join();
  const digits = digitsOf(whole.targets, 500);
  const digitOf = new Map(digits.map((digit, row) => [picture(whole.inputs, row), digit]));
  const [shuffled] = first.batches({ batchSize: 500, shuffle: true });
  const { inputs, targets } = shuffled ?? expect.unreachable();
  expect(digitsOf(targets, 500)).toEqual(digits.map((_, row) => digitOf.get(picture(inputs, row))));
  expect(digitsOf(targets, 500)).not.toEqual(digits);
});

test('a folder is divided by validationSize: first the validation set, then the rest', async () => {
  const small = await mnist({ folder, validationSize: 3, labels: 'integer' });
  expect([...small.validation.targets]).toEqual([1, 2, 3]);
  expect([...small.train.targets]).toEqual([4, 5, 6, 7, 8]);
  expect([...small.test.targets]).toEqual([1, 2, 3]);
  expect(small.train.targetShape).toEqual([]);
  expect(small.train.inputs[0]).toBe(Math.fround(4 / 255));
  expect(small.test.inputs[0]).toBe(Math.fround(101 / 255));
  expect(small.source).toBe(`the folder ${folder}`);
});

test('without a validation set everything is for training', async () => {
  const { train, validation } = await mnist({ folder, validationSize: 0 });
  expect([train.size, validation.size]).toEqual([8, 0]);
});

test('the same seed draws the same batches', async () => {
  const draw = async (seed: number) =>
    (await mnist({ folder, validationSize: 0, labels: 'integer', seed })).train.nextBatch(20).targets;
  expect(await draw(1)).toEqual(await draw(1));
  expect(await draw(2)).not.toEqual(await draw(1));
});

test('a set too small for the usual validation set is an error', async () => {
  await expect(mnist({ folder })).rejects.toThrow(
    saying(
      'mnist: expected validationSize to be a whole number from 0 to 7, so that some of the 8 train images remain, got 5000',
    ),
  );
  await expect(mnist({ folder, validationSize: 8 })).rejects.toThrow(
    'so that some of the 8 train images remain, got 8',
  );
  await expect(mnist({ folder, validationSize: 0.5 })).rejects.toThrow(
    'so that some of the 8 train images remain, got 0.5',
  );
});

test('labels that are neither are refused', async () => {
  const options = JSON.parse('{ "labels": "onehot" }');
  await expect(mnist(options)).rejects.toThrow(
    saying("mnist: expected labels to be 'one-hot' or 'integer', got onehot"),
  );
});

test.each(['["web"]', '["cache", "web"]', '[]', '"cache"'])('sources %s are refused', async (sources) => {
  const options = JSON.parse(`{ "sources": ${sources} }`);
  await expect(mnist(options)).rejects.toThrow(
    saying(
      `mnist: expected sources to be a list of 'cache', 'package', 'download', got ${JSON.stringify(options.sources)}`,
    ),
  );
});
