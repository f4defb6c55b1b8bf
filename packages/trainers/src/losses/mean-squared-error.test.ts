import { grad, type Tensor, type Tensor2D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import '../gradients/value-and-gradients';
import { centralDifferences, expectClose, expectNoLeak, sequenceOf } from 'testing';
import { expect, test } from 'vitest';
import { meanSquaredError } from './mean-squared-error';

const predictions = sequenceOf(6, 1);
const targets = sequenceOf(6, 2);

function wanted(x: ArrayLike<number>): number {
  let sum = 0;
  for (const [i, target] of targets.entries()) sum += ((x[i] as number) - target) ** 2;
  return sum / targets.length;
}

test('meanSquaredError is the mean over all elements', () => {
  expectNoLeak(() =>
    tidy(() => {
      const loss = meanSquaredError(tensor2d(predictions, [3, 2]), tensor2d(targets, [3, 2]));
      expect(loss.shape).toEqual([]);
      expectClose(loss, [wanted(predictions)]);
    }),
  );
});

test('its gradient by the predictions is that of central differences', () => {
  tidy(() => {
    const fixed = tensor2d(targets, [3, 2]);
    const gradient = grad((x: Tensor) => meanSquaredError(x as Tensor2D, fixed))(tensor2d(predictions, [3, 2]));
    expectClose(gradient, centralDifferences(wanted, predictions), 1e-4);
  });
});

test('targets of another shape are refused, also where they would broadcast', () => {
  tidy(() => {
    expect(() => meanSquaredError(tensor2d([1, 2, 3], [3, 1]), tensor1d([1, 2, 3]))).toThrow(
      "meanSquaredError: expected targets to have the predictions' shape [3, 1], got [3]",
    );
  });
});
