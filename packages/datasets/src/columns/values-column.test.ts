import { expect, test } from 'vitest';
import { saying } from '../dataset-error.fixture';
import { valuesColumn } from './values-column';

const pairs = () => valuesColumn(Float32Array.of(0, 1, 10, 11, 20, 21), [2]);

test('gathers rows in the order asked for, the same row twice if asked', () => {
  expect(pairs()).toMatchObject({ size: 3, shape: [2] });
  expect(pairs().gather(Uint32Array.of(2, 0, 2))).toEqual(Float32Array.of(20, 21, 0, 1, 20, 21));
});

test('keeps the type of its numbers; shape [] is one number an example', () => {
  expect(valuesColumn(Int32Array.of(7, 8, 9), []).gather(Uint32Array.of(1, 0))).toEqual(Int32Array.of(8, 7));
});

test('what it gives out can be changed without changing it', () => {
  const column = pairs();
  column.gather(Uint32Array.of(0)).fill(99);
  expect(column.gather(Uint32Array.of(0))).toEqual(Float32Array.of(0, 1));
});

test('a slice counts its rows from its own beginning, and can be sliced again', () => {
  const slice = pairs().slice(1, 3);
  expect(slice.size).toBe(2);
  expect(slice.gather(Uint32Array.of(1))).toEqual(Float32Array.of(20, 21));
  expect(slice.slice(1, 2).gather(Uint32Array.of(0))).toEqual(Float32Array.of(20, 21));
});

test('refuses numbers that do not fill its rows', () => {
  expect(() => valuesColumn(new Float32Array(5), [2])).toThrow(
    'valuesColumn: expected values to hold a multiple of 2 numbers, for shape [2], got 5',
  );
});

test.each([
  ['an array', [1, 2, 3], 'Array'],
  ['floats of 64 bits', Float64Array.of(1, 2), 'Float64Array'],
  ['nothing', undefined, 'undefined'],
])('refuses %s with a sentence', (_, values, got) => {
  expect(() => valuesColumn(values as unknown as Float32Array, [1])).toThrow(
    saying(
      `valuesColumn: expected values to be a Float32Array or an Int32Array, got ${got}. Make one with Float32Array.from(values).`,
    ),
  );
});
