import { expect, test, vi } from 'vitest';
import { chooseSeed } from './choose-seed';

test('a seed that is given is the seed', () => {
  expect([0, 7, 2 ** 53 - 1].map((seed) => chooseSeed('sine', seed))).toEqual([0, 7, 2 ** 53 - 1]);
});

test('without a seed each call draws another, and leaves Math.random alone', () => {
  const random = vi.spyOn(Math, 'random');
  const seeds = new Set(Array.from({ length: 8 }, () => chooseSeed('sine')));
  expect(seeds.size).toBeGreaterThan(1);
  expect([...seeds].every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
  expect(random).not.toHaveBeenCalled();
});

test.each([-1, 1.5, Number.NaN, 2 ** 53])('refuses %s', (seed) => {
  expect(() => chooseSeed('sine', seed)).toThrow(
    `sine: expected seed to be an integer from 0 to 2^53 - 1, got ${seed}`,
  );
});
