import { describe, expect, it } from 'vitest';
import { isLogarithmic, logarithmicTicks } from './logarithmic';

it.each([
  ['a fall to a tenth', [2, 1, 0.2], true],
  ['a fall to a fifth', [2, 1, 0.4], false],
  ['a value of 0', [2, 0], false],
  ['a value below 0', [200, -1], false],
  ['a value that is not finite, beside a fall', [Number.NaN, 2, 0.1, Number.POSITIVE_INFINITY], true],
  ['nothing', [], false],
])('%s: %j', (_, values, expected) => {
  expect(isLogarithmic(values)).toBe(expected);
});

it('as many values as a long run reports are not too many', () => {
  expect(isLogarithmic(Array.from({ length: 500_000 }, (_, i) => 1 / (i + 1)))).toBe(true);
});

describe('labels stand at', () => {
  it.each([
    ['1, 2 and 5 times the powers of ten', [0.03, 4], [0.05, 0.1, 0.2, 0.5, 1, 2]],
    ['the ends, where they are such', [0.01, 1], [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]],
    ['the powers of ten alone, beyond four decades', [2e-7, 3], [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]],
  ])('%s', (_, values, ticks) => {
    expect(logarithmicTicks(values)).toEqual(ticks);
  });
});
