import '@rnn/cells/gradients';
import {
  add,
  getBackend,
  grads,
  matMul,
  mul,
  sum,
  type Tensor,
  type Tensor2D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { expectClose, sequenceOf, tolerance } from 'testing';
import { expect, test } from 'vitest';
import { product } from './product';

test('values and gradients are those of matMul, for every factor of one matrix', () => {
  const [x, y] = [1, 2].map((seed) => tensor(sequenceOf(4 * 3, seed), [4, 3])) as [Tensor2D, Tensor2D];
  const w = tensor(sequenceOf(3 * 5, 3), [3, 5]) as Tensor2D;
  const shares = tensor(sequenceOf(4 * 5, 4), [4, 5]);
  const loss = (times: (matrix: Tensor2D) => (x: Tensor2D) => Tensor) =>
    grads((a, b, matrix) =>
      tidy(() => {
        const multiply = times(matrix as Tensor2D);
        return sum(mul(shares, add(multiply(a as Tensor2D), mul(multiply(b as Tensor2D), 3))));
      }),
    )([x, y, w]);

  expectClose(
    tidy(() => product(w)(x)),
    matMul(x, w).dataSync(),
  );
  const want = loss((matrix) => (a) => matMul(a, matrix));
  const got = loss(product);
  for (const [k, gradient] of got.entries()) {
    expect(gradient.shape).toEqual(want[k]?.shape);
    expectClose(gradient, want[k]?.dataSync() ?? [], tolerance(getBackend()).gradient);
  }
});
