import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { expect, test } from 'vitest';
import { clipByGlobalNorm } from './clip-by-global-norm';

const values = { 'rnn/kernel': sequenceOf(6, 1), 'dense/bias': sequenceOf(3, 2) };
const norm = Math.hypot(...Object.values(values).flat());
const gradients = () => new Map(Object.entries(values).map(([name, numbers]) => [name, tensor(numbers) as Tensor]));

test('gradients keep their names and their direction, and are together as long as they may be', () => {
  const clipped = clipByGlobalNorm(gradients(), 0.5);
  expectClose(clipped.norm, [norm]);
  expect([...clipped.gradients.keys()]).toEqual(Object.keys(values));
  for (const [name, numbers] of Object.entries(values))
    expectClose(
      clipped.gradients.get(name) as Tensor,
      numbers.map((number) => (number * 0.5) / norm),
    );
});

test('nothing stays alive but what is returned', () => {
  const given = gradients();
  expectNoLeak(() => {
    const clipped = clipByGlobalNorm(given, 0.5);
    return [clipped.norm, ...clipped.gradients.values()];
  });
});

test('a limit that is none is told', () => {
  expect(() => clipByGlobalNorm(gradients(), 0)).toThrow(
    'clipByGlobalNorm: expected clipNorm to be a finite number above 0, got 0',
  );
});
