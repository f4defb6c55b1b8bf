import '@rnn/cells/gradients';
import { grad, mul, sum, type Tensor3D, tensor, tidy } from '@tensorflow/tfjs-core';
import { expectClose, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { fromSteps, pieces, toSteps } from './steps';
import { registerParts } from './wasm/register-parts';

registerParts();

const drawn = (T: number): Tensor3D => tensor(sequenceOf(T * 6, T), [T, 2, 3]);

describe.each([1, 2, 3, 4, 5, 9, 28])('%i steps', (T) => {
  test('come apart into their own values', () => {
    const x = drawn(T);
    const values = x.dataSync();
    const steps = tidy(() => toSteps(x));
    expect(steps).toHaveLength(T);
    for (const [t, step] of steps.entries()) {
      expect(step.shape).toEqual([2, 3]);
      expect([...step.dataSync()]).toEqual([...values.slice(t * 6, t * 6 + 6)]);
    }
  });

  test('taken apart and joined are what they were, and so is the gradient', () => {
    const x = drawn(T);
    const shares = tensor(sequenceOf(T * 6, 50), [T, 2, 3]);
    expectClose(
      tidy(() => fromSteps(toSteps(x))),
      x.dataSync(),
    );
    const gradient = grad((at) => sum(mul(fromSteps(toSteps(at as Tensor3D)), shares)))(x);
    expectClose(gradient, shares.dataSync());
  });
});

test.each<[number, number, number, number[]]>([
  [7, 3, 7, [3, 3, 1]],
  [7, 3, 6, [3, 3]],
  [7, 3, 5, [3, 2]],
  [7, 9, 7, [7]],
  [7, 9, 4, [4]],
  [7, 7, 7, [7]],
  [7, 2, 0, []],
])('of %i steps, in pieces of %i, the first %i lie in pieces of %j', (T, size, steps, want) => {
  const x = drawn(T);
  const parts = tidy(() => pieces(x, size, steps));
  expect(parts.map((part) => part.shape[0])).toEqual(want);
  const values = parts.flatMap((part) => [...part.dataSync()]);
  expect(values).toEqual([...x.dataSync().slice(0, steps * 6)]);
  if (steps === 0) return;
  const gradient = grad((at) => sum(pieces(at as Tensor3D, size, steps)[0] as Tensor3D))(x);
  expectClose(
    gradient,
    Array.from({ length: T * 6 }, (_, k) => (k < (want[0] as number) * 6 ? 1 : 0)),
  );
});
