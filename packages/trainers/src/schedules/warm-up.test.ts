import { expectClose } from 'testing';
import { expect, test } from 'vitest';
import { constant } from './constant';
import { exponentialDecay } from './exponential-decay';
import { warmUp } from './warm-up';

test('the rate rises evenly to the first of the wrapped schedule, which then runs from its begin', () => {
  const decay = exponentialDecay(0.8, { decaySteps: 1, decayRate: 0.5 });
  const rate = warmUp(decay, { steps: 4, from: 0.4 });
  expectClose([0, 1, 2, 3, 4, 5, 6].map(rate), [0.4, 0.5, 0.6, 0.7, 0.8, 0.4, 0.2], 1e-12);
});

test('it wraps a number as it wraps the constant schedule of it, and starts at 0', () => {
  for (const rate of [warmUp(0.5, { steps: 2 }), warmUp(constant(0.5), { steps: 2 })])
    expect([0, 1, 2, 99].map(rate)).toEqual([0, 0.25, 0.5, 0.5]);
});

test('arguments that do not fit are told', () => {
  expect(() => warmUp(-1, { steps: 1 })).toThrow(
    'warmUp: expected learningRate to be a finite number of at least 0, got -1',
  );
  expect(() => warmUp(1, { steps: -1 })).toThrow('warmUp: expected steps to be a positive integer, got -1');
  expect(() => warmUp(1, { steps: 1, from: Infinity })).toThrow(
    'warmUp: expected from to be a finite number of at least 0',
  );
  expect(() => warmUp(() => Number.NaN, { steps: 1 })(3)).toThrow(
    'warmUp: expected the learningRate of step 2 to be a finite number of at least 0, got NaN',
  );
  expect(() => constant(-1)).toThrow('constant: expected learningRate to be a finite number of at least 0, got -1');
});
