import { expect, test } from 'vitest';
import { valuesColumn } from '../columns/values-column';
import { Dataset } from '../dataset';
import { saying } from '../dataset-error.fixture';
import { cropped } from './cropped';

/** The pixel of example i at (x, y) is 100 i + 10 y + x. */
const inputs = Float32Array.from({ length: 3 * 30 }, (_, k) => {
  const [i, y, x] = [Math.floor(k / 30), Math.floor((k % 30) / 6), k % 6];
  return 100 * i + 10 * y + x;
});
const set = new Dataset(valuesColumn(inputs, [5, 6]), valuesColumn(Int32Array.of(0, 1, 2), []), { seed: 1 });

test('leaves out the margin of every picture', () => {
  expect(cropped(set, 1)).toMatchObject({ size: 3, inputShape: [3, 4], targetShape: [] });
  const [batch] = cropped(set, 1).batches({ batchSize: 3 });
  const picture = [11, 12, 13, 14, 21, 22, 23, 24, 31, 32, 33, 34];
  expect([...(batch?.inputs ?? [])]).toEqual([0, 100, 200].flatMap((i) => picture.map((value) => i + value)));
  expect(batch?.targets).toEqual(Int32Array.of(0, 1, 2));
  expect(cropped(set, 2).inputShape).toEqual([1, 2]);
});

test('a margin of nothing leaves the pictures as they are', () => {
  expect([...cropped(set, 0).batches({ batchSize: 2 })]).toEqual([...set.batches({ batchSize: 2 })]);
});

test.each([-1, 0.5, 3, Number.NaN])('refuses a margin of %d', (margin) => {
  expect(() => cropped(set, margin)).toThrow(
    saying(`cropped: expected a margin of whole pixels from 0 to 2, got ${margin}`),
  );
});

test('refuses inputs that are no pictures', () => {
  const column = valuesColumn(new Float32Array(8), [8]);
  expect(() => cropped(new Dataset(column, column), 1)).toThrow(
    saying('cropped: expected inputs of shape [height, width], got [8]'),
  );
});
