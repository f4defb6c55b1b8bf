import { expect, test } from 'vitest';
import { valuesColumn } from '../columns/values-column';
import { Dataset } from '../dataset';
import { saying } from '../dataset-error.fixture';
import { rowsPerStep } from './rows-per-step';

/** Example i, row t, column d has the value 100 i + 10 t + d. */
function numbered(size: number): Dataset {
  const inputs = Float32Array.from({ length: size * 12 }, (_, k) => {
    const [i, t, d] = [Math.floor(k / 12), Math.floor((k % 12) / 2), k % 2];
    return 100 * i + 10 * t + d;
  });
  return new Dataset(
    valuesColumn(inputs, [6, 2]),
    valuesColumn(
      Int32Array.from({ length: size }, (_, i) => i),
      [],
    ),
  );
}

test('a step holds so many rows, from the upper to the lower', () => {
  const set = rowsPerStep(numbered(4), 3);
  expect(set).toMatchObject({ size: 4, inputShape: [2, 6], targetShape: [] });
  const [batch] = [...set.batches({ batchSize: 1 })].slice(2);
  expect(batch).toMatchObject({ size: 1, targets: Int32Array.of(2) });
  expect([...(batch?.inputs.subarray(0, 6) ?? [])]).toEqual([200, 201, 210, 211, 220, 221]);
  expect([...(batch?.inputs.subarray(6) ?? [])]).toEqual([230, 231, 240, 241, 250, 251]);
});

test('draws what the set draws', () => {
  const set = numbered(7);
  const request = { batchSize: 3, shuffle: true, seed: 2, epoch: 1, dropRemainder: true };
  expect([...rowsPerStep(set, 2).batches(request)]).toEqual([...set.batches(request)]);
});

test('going through its batches again gives the same ones', () => {
  const batches = rowsPerStep(numbered(7), 2).batches({ batchSize: 3, shuffle: true });
  expect([...batches]).toEqual([...batches]);
});

test('of padded sequences the lengths are counted in the new steps, one that is begun as a whole', () => {
  const lengths = valuesColumn(Int32Array.of(6, 4, 3, 1), []);
  const column = valuesColumn(new Float32Array(48), [6, 2]);
  const [batch] = rowsPerStep(new Dataset(column, lengths, { lengths }), 3).batches({ batchSize: 4 });
  expect(batch?.lengths).toEqual(Int32Array.of(2, 2, 1, 1));
});

test('one row a step is the set as it is', () => {
  expect(rowsPerStep(numbered(2), 1).inputShape).toEqual([6, 2]);
});

test.each([0, -2, 1.5, 4, 12, Number.NaN])('refuses %d rows of six', (rows) => {
  expect(() => rowsPerStep(numbered(1), rows)).toThrow(
    saying(`rowsPerStep: expected rows to be a whole number from 1 up that divides 6, got ${rows}`),
  );
});

test('refuses inputs that are no rows', () => {
  const column = valuesColumn(new Float32Array(8), [2, 2, 2]);
  expect(() => rowsPerStep(new Dataset(column, column), 2)).toThrow(
    saying('rowsPerStep: expected inputs of shape [T, D], got [2, 2, 2]'),
  );
});
