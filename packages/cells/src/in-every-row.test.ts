import '@rnn/cells/gradients';
import { dot, grad, reshape, type Tensor, type Tensor3D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, it } from 'vitest';
import { inEveryRow } from './in-every-row';

describe('inEveryRow', () => {
  const row = () => tensor2d(sequenceOf(6, 1), [2, 3]);

  it('repeats a row of any shape, and gives it the sum of the gradients of the rows', () => {
    const rows = inEveryRow<Tensor3D>(4, row());
    expect(rows.shape).toEqual([4, 2, 3]);
    expectClose(
      rows,
      [0, 1, 2, 3].flatMap(() => sequenceOf(6, 1)),
    );
    const shares = sequenceOf(24, 2);
    const gradient = grad((x: Tensor) => dot(reshape(inEveryRow(4, x), [-1]), tensor1d(shares)))(row());
    expectClose(
      gradient,
      [0, 1, 2, 3, 4, 5].map((n) => [0, 1, 2, 3].reduce((sum, k) => sum + (shares[6 * k + n] as number), 0)),
    );
  });

  it('leaves as many tensors as it found', () => {
    const x = row();
    expectNoLeak(() => inEveryRow(4, x));
  });
});
