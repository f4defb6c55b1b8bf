import { expect, test } from 'vitest';
import { expectFollows } from './expect-follows.fixture';
import { momentum } from './momentum';

test('momentum moves as the sum of all gradients so far, each fading by the momentum a step', () => {
  expectFollows(
    momentum(0.05, 0.8),
    () => [] as number[],
    (w, g, seen) => {
      seen.push(g);
      return w - 0.05 * seen.reduce((sum, value, k) => sum + value * 0.8 ** (seen.length - 1 - k), 0);
    },
  );
});

test('momentum with useNesterov adds the gradient to the faded next accumulator', () => {
  expectFollows(
    momentum(0.05, 0.8, { useNesterov: true }),
    () => ({ acc: 0 }),
    (w, g, memory) => {
      memory.acc = 0.8 * memory.acc + g;
      return w - 0.05 * g - 0.05 * 0.8 * memory.acc;
    },
  );
});

test('momentum says what is wrong with its arguments', () => {
  expect(() => momentum(0.1, Number.NaN)).toThrow(
    'momentum: expected momentum to be a finite number of at least 0, got NaN',
  );
});
