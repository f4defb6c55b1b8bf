import { expect, test } from 'vitest';
import { valuesColumn } from '../columns/values-column';
import { Dataset } from '../dataset';
import { saying } from '../dataset-error.fixture';
import { deskewPicture } from './deskew-picture';
import { deskewed } from './deskewed';

const inputs = Float32Array.from({ length: 5 * 20 }, (_, i) => Math.abs(Math.sin(i * i)));
const set = new Dataset(valuesColumn(inputs, [5, 4]), valuesColumn(Int32Array.of(0, 1, 2, 3, 4), []), { seed: 1 });

test('makes every picture of a batch upright, and keeps its target', () => {
  const upright = deskewed(set);
  expect(upright).toMatchObject({ size: 5, inputShape: [5, 4], targetShape: [] });
  const batches = [...upright.batches({ batchSize: 2, shuffle: true, epoch: 1 })];
  expect(batches.map(({ size }) => size)).toEqual([2, 2, 1]);
  for (const { inputs: drawn, targets } of batches) {
    for (const [place, target] of targets.entries()) {
      const wanted = new Float32Array(inputs.length);
      deskewPicture({ values: inputs, begin: target * 20, height: 5, width: 4 }, wanted);
      expect(drawn.subarray(place * 20, (place + 1) * 20)).toEqual(wanted.subarray(target * 20, (target + 1) * 20));
    }
  }
});

test('refuses inputs that are no pictures', () => {
  const column = valuesColumn(new Float32Array(8), [8]);
  expect(() => deskewed(new Dataset(column, column))).toThrow(
    saying('deskewed: expected inputs of shape [height, width], got [8]'),
  );
});
