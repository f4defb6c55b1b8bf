import { expect, test } from 'vitest';
import { adam } from './adam';
import { expectFollows } from './expect-follows.fixture';

const moments = () => ({ m: 0, v: 0 });

for (const [learningRate, beta1, beta2, epsilon] of [
  [0.001, 0.9, 0.999, 1e-8],
  [0.05, 0.7, 0.95, 0.1],
] as const) {
  test(`adam with rate ${learningRate}, betas ${beta1} and ${beta2}, epsilon ${epsilon} moves as its formula says`, () => {
    expectFollows(adam(learningRate, { beta1, beta2, epsilon }), moments, (w, g, memory, t) => {
      memory.m += (g - memory.m) * (1 - beta1);
      memory.v += (g * g - memory.v) * (1 - beta2);
      const corrected = memory.m / (1 - beta1 ** t);
      const epsilonHat = epsilon / Math.sqrt(1 - beta2 ** t);
      return w - (learningRate * corrected) / (Math.sqrt(memory.v / (1 - beta2 ** t)) + epsilonHat);
    });
  });
}

test('adam without arguments has the defaults of TensorFlow', () => {
  expectFollows(adam(), moments, (w, g, memory, t) => {
    memory.m = 0.9 * memory.m + 0.1 * g;
    memory.v = 0.999 * memory.v + 0.001 * g * g;
    const rate = (0.001 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
    return w - (rate * memory.m) / (Math.sqrt(memory.v) + 1e-8);
  });
});

test('adam says what is wrong with its arguments', () => {
  expect(() => adam(-1)).toThrow('Adam: expected learningRate to be a finite number of at least 0, got -1');
  expect(() => adam(0.1, { beta1: 1 })).toThrow('adam: expected beta1 to be at least 0 and below 1, got 1');
  expect(() => adam(0.1, { beta2: Number.NaN })).toThrow('adam: expected beta2 to be at least 0 and below 1, got NaN');
  expect(() => adam(0.1, { epsilon: -1 })).toThrow(
    'adam: expected epsilon to be a finite number of at least 0, got -1',
  );
});
