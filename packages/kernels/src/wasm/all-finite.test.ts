import { tensor, zeros } from '@tensorflow/tfjs-core';
import { sequenceOf } from 'testing';
import { expect, test } from 'vitest';
import { allFinite } from './all-finite';

test('the largest numbers and the least are finite, many of them too', () => {
  const most = 2 ** 127 * (2 - 2 ** -23);
  expect(allFinite(tensor([0, -0, most, -most, 2 ** -149, -(2 ** -149), 1]))).toBe(true);
  expect(allFinite(tensor(new Float32Array(100_003).fill(most)))).toBe(true);
  expect(allFinite(tensor(sequenceOf(1000, 1)))).toBe(true);
  expect(allFinite(tensor([]))).toBe(true);
});

test('one that is not finite is found wherever it stands, and those beside a tensor are not looked at', () => {
  for (const odd of [Number.NaN, Infinity, -Infinity]) {
    for (let at = 0; at < 9; at++) {
      const values = sequenceOf(9, 2);
      values[at] = odd;
      const parts = [values.slice(0, at), values, values.slice(at + 1)].map((part) => tensor(part));
      expect(parts.map(allFinite)).toEqual([true, false, true]);
    }
  }
});

test('other dtypes are told', () => {
  expect(() => allFinite(zeros([2], 'int32'))).toThrow(
    'allFinite: expected a float32 tensor, got int32. Cast it first.',
  );
});
