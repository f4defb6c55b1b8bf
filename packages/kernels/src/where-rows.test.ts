import '@rnn/cells/gradients';
import { grads, mul, sum, type Tensor, tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { whereRows } from './where-rows';

const flags = [true, false, false, true];

describe.each([[[4]], [[4, 3]], [[4, 2, 3, 2]], [[4, 2, 1, 3, 2]], [[4, 2, 1, 3, 2, 2]]])('of shape %j', (shape) => {
  const size = shape.reduce((a, b) => a * b);
  const values = (seed: number) => sequenceOf(size, seed);
  const [flagged, other] = [() => tensor(values(1), shape), () => tensor(values(2), shape)] as const;
  const isFlagged = (i: number) => flags[Math.floor((i * 4) / size)] === true;

  test('each row is of the tensor that its flag says', () => {
    const [a, b] = [flagged(), other()];
    const got = expectNoLeak(() => tidy(() => whereRows(flags, a, b)));
    expect(got.shape).toEqual(shape);
    expectClose(
      whereRows(flags, a, b),
      values(1).map((value, i) => (isFlagged(i) ? value : (values(2)[i] as number))),
    );
  });

  test('a gradient flows to that tensor alone', () => {
    const share = () => tensor(values(3), shape);
    const [dA, dB] = grads((a: Tensor, b: Tensor) => sum(mul(whereRows(flags, a, b), share())))([flagged(), other()]);
    expectClose(
      dA as Tensor,
      values(3).map((value, i) => (isFlagged(i) ? value : 0)),
    );
    expectClose(
      dB as Tensor,
      values(3).map((value, i) => (isFlagged(i) ? 0 : value)),
    );
  });
});

test('as many flags as rows are needed', () => {
  expect(() => whereRows([true], zeros([2, 3]), zeros([2, 3]))).toThrow(
    'whereRows: expected a flag for each of the 2 rows, got 1',
  );
});

test.each([[[0, 3]], [[0, 2, 1, 3, 2]]])('no rows, of shape %j, give none', (shape) => {
  expect(whereRows([], zeros(shape), zeros(shape)).shape).toEqual(shape);
});
