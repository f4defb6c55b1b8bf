import { expect, test } from 'vitest';
import { medianAndMin } from './median-and-min';

test('the median is the middle one, or the mean of the middle two; the values stay in their order', () => {
  const values = [10, 2, 33];
  expect(medianAndMin(values)).toEqual({ median: 10, min: 2 });
  expect(values).toEqual([10, 2, 33]);
  expect(medianAndMin([100, 9, 20, 3])).toEqual({ median: 14.5, min: 3 });
  expect(medianAndMin([4])).toEqual({ median: 4, min: 4 });
});
