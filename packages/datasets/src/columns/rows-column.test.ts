import { expect, test } from 'vitest';
import { rowsColumn } from './rows-column';
import { valuesColumn } from './values-column';

const chosen = rowsColumn(valuesColumn(Float32Array.of(0, 1, 10, 11, 20, 21, 30, 31), [2]), Uint32Array.of(3, 0, 2));

test('counts its rows in the order chosen', () => {
  expect(chosen).toMatchObject({ size: 3, shape: [2] });
  expect(chosen.gather(Uint32Array.of(2, 0, 2))).toEqual(Float32Array.of(20, 21, 30, 31, 20, 21));
});

test('a slice counts its rows from its own beginning', () => {
  expect(chosen.slice(1, 3).gather(Uint32Array.of(0, 1))).toEqual(Float32Array.of(0, 1, 20, 21));
});
