import { describe, expect, it } from 'vitest';
import { relativeError } from './relative-error';

describe('relativeError', () => {
  it('is the largest difference as a share of the largest magnitude wanted', () => {
    expect(relativeError([1, 2, -8.5], [1, 2.25, -8])).toBe(0.5 / 8);
  });

  it('is the difference itself where all that is wanted is zero', () => {
    expect(relativeError([0, 3e-7], [0, 0])).toBe(3e-7);
  });

  it.each([
    ['a value is not a number', [Number.NaN, 1], [1, 1]],
    ['a value wanted is not a number', [1, 1], [Number.NaN, 1]],
    ['the lengths differ', [1], [1, 1]],
    ['a value is infinite', [Number.POSITIVE_INFINITY], [1]],
  ])('is infinite where %s', (_, got, want) => {
    expect(relativeError(got, want)).toBe(Number.POSITIVE_INFINITY);
  });
});
