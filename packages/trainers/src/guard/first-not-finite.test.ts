import { sequenceOf } from 'testing';
import { expect, test } from 'vitest';
import { firstNotFinite } from './first-not-finite';

test('of finite numbers there is none, the largest, the least and zeros of either sign among them', () => {
  const most = 2 ** 127 * (2 - 2 ** -23);
  expect(firstNotFinite(Float32Array.of(0, -0, most, -most, 2 ** -149, -(2 ** -149), 1))).toBeUndefined();
  expect(firstNotFinite(Float32Array.from(sequenceOf(1000, 1)))).toBeUndefined();
  expect(firstNotFinite(new Float32Array())).toBeUndefined();
});

test('one that is not finite is found wherever it stands, in a view of a larger buffer too', () => {
  for (const odd of [Number.NaN, Infinity, -Infinity]) {
    for (let at = 0; at < 9; at++) {
      const values = Float32Array.from(sequenceOf(9, 2));
      values[at] = odd;
      expect(firstNotFinite(values)).toBe(odd);
      expect(firstNotFinite(values.subarray(at))).toBe(odd);
      expect(firstNotFinite(values.subarray(at + 1))).toBeUndefined();
    }
  }
  expect(firstNotFinite(Float32Array.of(1, -Infinity, Number.NaN))).toBe(-Infinity);
});
