import { expect, test } from 'vitest';
import { OneHotColumn } from './one-hot-column';

const labels = new OneHotColumn(Uint8Array.of(2, 0, 1), 3);

test('puts a one at the class and zeros elsewhere', () => {
  expect(labels).toMatchObject({ size: 3, shape: [3] });
  expect([...labels.gather(Uint32Array.of(0, 1, 2))]).toEqual([0, 0, 1, 1, 0, 0, 0, 1, 0]);
  expect([...labels.gather(Uint32Array.of(2))]).toEqual([0, 1, 0]);
});

test('a slice counts its labels from its own beginning', () => {
  expect([...labels.slice(1, 3).gather(Uint32Array.of(0))]).toEqual([1, 0, 0]);
});
