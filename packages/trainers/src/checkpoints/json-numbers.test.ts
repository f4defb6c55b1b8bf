import { expect, test } from 'vitest';
import { fromJson, toJson } from './json-numbers';

test('every number comes back, those that JSON does not have too, wherever it stands', () => {
  const value = {
    best: Infinity,
    worst: [-Infinity, Number.NaN, 0.1 + 0.2, 5e-324],
    name: 'NaN',
    none: null,
    deep: { is: true },
  };
  expect(fromJson(toJson(value))).toEqual(value);
});
