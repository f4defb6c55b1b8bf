import { expect, test } from 'vitest';
import { expectFollows } from './expect-follows.fixture';
import { type RmsPropOptions, rmsProp } from './rms-prop';

const cases: RmsPropOptions[] = [
  {},
  { decay: 0.7, momentum: 0.6, epsilon: 0.01 },
  { centered: true },
  { centered: true, decay: 0.7, momentum: 0.6, epsilon: 0.01 },
];

for (const options of cases) {
  test(`rmsProp with ${JSON.stringify(options)} moves as its formula says`, () => {
    const { decay = 0.9, momentum = 0, epsilon = 1e-10, centered = false } = options;
    expectFollows(
      rmsProp(0.01, options),
      () => ({ meanSquare: 1, mean: 0, move: 0 }),
      (w, g, memory) => {
        memory.meanSquare += (g * g - memory.meanSquare) * (1 - decay);
        memory.mean += (g - memory.mean) * (1 - decay);
        const spread = centered ? memory.meanSquare - memory.mean ** 2 : memory.meanSquare;
        memory.move = momentum * memory.move + (0.01 * g) / Math.sqrt(spread + epsilon);
        return w - memory.move;
      },
    );
  });
}

test('rmsProp says what is wrong with its arguments', () => {
  expect(() => rmsProp(0.1, { decay: 1.5 })).toThrow('rmsProp: expected decay to be at least 0 and below 1, got 1.5');
  expect(() => rmsProp(0.1, { epsilon: 0 })).toThrow('rmsProp: expected epsilon to be a finite number above 0, got 0');
  expect(() => rmsProp(0.1, { momentum: -1 })).toThrow(
    'rmsProp: expected momentum to be a finite number of at least 0, got -1',
  );
});
