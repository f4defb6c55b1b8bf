import { test } from 'vitest';
import { expectFollows } from './expect-follows.fixture';
import { gradientDescent } from './gradient-descent';

test('gradientDescent takes the rate times the gradient', () => {
  expectFollows(
    gradientDescent(0.3),
    () => null,
    (w, g) => w - 0.3 * g,
  );
});
