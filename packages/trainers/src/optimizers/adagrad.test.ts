import { expect, test } from 'vitest';
import { adagrad } from './adagrad';
import { expectFollows } from './expect-follows.fixture';

for (const initialAccumulatorValue of [undefined, 0.5]) {
  test(`adagrad from ${initialAccumulatorValue ?? 'its default, 0.1,'} moves as its formula says`, () => {
    const options = initialAccumulatorValue === undefined ? {} : { initialAccumulatorValue };
    expectFollows(
      adagrad(0.1, options),
      () => ({ sum: initialAccumulatorValue ?? 0.1 }),
      (w, g, memory) => {
        memory.sum += g ** 2;
        return w - 0.1 * g * memory.sum ** -0.5;
      },
    );
  });
}

test('adagrad refuses to start its sums at 0, where a zero gradient would divide by it', () => {
  expect(() => adagrad(0.1, { initialAccumulatorValue: 0 })).toThrow(
    'adagrad: expected initialAccumulatorValue to be a finite number above 0, got 0',
  );
});
