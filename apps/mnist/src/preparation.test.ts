import { Dataset, valuesColumn } from '@rnn/datasets';
import { expect, it } from 'vitest';
import { digitShape } from './digit-shape';
import { augmentedPictures, prepared } from './preparation';

/** Upright bars at different heights and widths, so that nothing is to be deskewed. */
const pixels = Float32Array.from({ length: 6 * 784 }, (_, i) => {
  const [image, row, column] = [Math.floor(i / 784), Math.floor(i / 28) % 28, i % 28];
  return row > 4 + image && row < 20 && Math.abs(column - 13) <= image ? 0.5 + row / 56 : 0;
});
const pictures = new Dataset(valuesColumn(pixels, [28, 28]), valuesColumn(new Float32Array(60), [10]));
const preparation = { margin: 3, rows: 2 };
const inputsOf = (set: ReturnType<typeof prepared>, epoch: number) =>
  [...set.batches({ batchSize: 6, seed: 1, epoch })].map(({ inputs }) => [...inputs]);

it('without a preparation a picture is 28 rows of 28', () => {
  expect(prepared(pictures, undefined)).toBe(pictures);
  expect(digitShape(undefined)).toEqual([28, 28]);
});

it('with one the margin is left out and two rows are a step', () => {
  const set = prepared(pictures, preparation);
  expect(set.inputShape).toEqual([11, 44]);
  expect(digitShape(preparation)).toEqual([11, 44]);
  const [inputs] = inputsOf(set, 0);
  // Step 4 holds rows 8 and 9 of the 22, which are 11 and 12 of the picture.
  const expected = [11, 12].flatMap((row) => [...pixels.subarray(784 + row * 28 + 3, 784 + row * 28 + 25)]);
  const step = inputs?.slice(11 * 44 + 4 * 44, 11 * 44 + 5 * 44) ?? [];
  for (const [k, value] of expected.entries()) expect(step[k]).toBeCloseTo(value, 5);
});

it('pictures differ from epoch to epoch, and not from the one on that is told', () => {
  const set = augmentedPictures(pictures, { preparation, augmentation: { shift: 2, untilEpoch: 2 } });
  const [first, second, third, fourth] = [0, 1, 2, 3].map((epoch) => inputsOf(set, epoch));
  expect(first).not.toEqual(second);
  expect(second).not.toEqual(third);
  expect(third).toEqual(fourth);
  expect(third).toEqual(inputsOf(prepared(pictures, preparation), 0));
});
