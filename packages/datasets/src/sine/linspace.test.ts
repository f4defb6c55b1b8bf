import { expect, test } from 'vitest';
import { linspace } from './linspace';

test('includes both ends, as TensorFlow does', () => {
  expect([...linspace(100, 110, 5)]).toEqual([100, 102.5, 105, 107.5, 110]);
  expect(linspace(0, 100, 11_000).at(-1)).toBe(100);
});

test('one number is the start', () => {
  expect([...linspace(3, 9, 1)]).toEqual([3]);
});
