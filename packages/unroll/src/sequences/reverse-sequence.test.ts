import '@rnn/cells/gradients';
import { CudnnCompatibleGRUCell } from '@rnn/cells';
import { grad, mul, sum, type Tensor, type Tensor3D, tensor, tensor1d, transpose, zeros } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { bidirectionalDynamicRnn } from '../runners/bidirectional-dynamic-rnn';
import { dynamicRnn } from '../runners/dynamic-rnn';
import { CountingCell } from '../testing/counting-cell';
import { reverseSequence } from './reverse-sequence';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });
const [B, T, D] = [3, 5, 2];
const drawn = (seed: number) => tensor(sequenceOf(B * T * D, seed), [B, T, D]) as Tensor3D;
const swap = (x: Tensor3D): Tensor3D => transpose(x, [1, 0, 2]);
const values = (x: Tensor) => [...x.dataSync()];

/** Each row cut at its length, the first piece turned round. */
const byHand = (x: Tensor3D, lengths: readonly number[]): number[] =>
  x.arraySync().flatMap((steps, b) => [...steps.slice(0, lengths[b]).reverse(), ...steps.slice(lengths[b])].flat());

describe.each([
  { lengths: [0, 0, 0] },
  { lengths: [1, 1, 1] },
  { lengths: [5, 5, 5] },
  { lengths: [3, 0, 5] },
  { lengths: [1, 4, 2] },
])('lengths $lengths', ({ lengths }) => {
  test('each row is turned round within its length, and the rest stays', () => {
    expect(values(reverseSequence(drawn(1), lengths))).toEqual(byHand(drawn(1), lengths));
  });

  test('time-major is the same', () => {
    const reversed = reverseSequence(swap(drawn(1)), lengths, { timeMajor: true });
    expect(reversed.shape).toEqual([T, B, D]);
    expect(values(swap(reversed))).toEqual(byHand(drawn(1), lengths));
  });

  test('the reverse of the reverse is the tensor', () => {
    expect(values(reverseSequence(reverseSequence(drawn(1), lengths), lengths))).toEqual(values(drawn(1)));
  });

  test.each([false, true])('each gradient goes back to the step it came from, time-major: %s', (timeMajor) => {
    const order = (x: Tensor3D) => (timeMajor ? swap(x) : x);
    const gradient = grad((x) => sum(mul(reverseSequence(x as Tensor3D, lengths, { timeMajor }), order(drawn(2)))));
    expect(values(order(gradient(order(drawn(1))) as Tensor3D))).toEqual(byHand(drawn(2), lengths));
  });

  test('a cell run on what is reversed is the backward half of a bidirectional run', () => {
    const cell = new CudnnCompatibleGRUCell(4, { inputSize: D });
    const options = { sequenceLength: lengths };
    const [reversed, state] = dynamicRnn(cell, reverseSequence(drawn(1), lengths), options);
    const [[, outputs], [, want]] = bidirectionalDynamicRnn(new CountingCell(D), cell, drawn(1), options);
    expectClose(reverseSequence(reversed, lengths), outputs.dataSync());
    expectClose(state, want.dataSync());
  });
});

test('without lengths every row is reversed whole', () => {
  expect(values(reverseSequence(drawn(1)))).toEqual(byHand(drawn(1), [T, T, T]));
});

test('lengths may be a tensor', () => {
  expect(values(reverseSequence(drawn(1), tensor1d([3, 0, 5], 'int32')))).toEqual(byHand(drawn(1), [3, 0, 5]));
});

test('the gradient has a gradient', () => {
  const cubes = (x: Tensor) => {
    const reversed = reverseSequence(x as Tensor3D, [2]);
    return sum(mul(mul(reversed, reversed), reversed));
  };
  const x = tensor([1, 2, 3], [1, 3, 1]);
  expectClose(grad((at) => sum(mul(grad(cubes)(at), tensor([1, 10, 100], [1, 3, 1]))))(x), [6, 120, 1800]);
});

test('of no rows, or of no steps, there is nothing to reverse', () => {
  expect(reverseSequence(zeros([0, 4, 2]), []).shape).toEqual([0, 4, 2]);
  expect(reverseSequence(zeros([2, 0, 3]), [0, 0]).shape).toEqual([2, 0, 3]);
});

test('nothing is left behind, differentiated or not, and the tensor stays', () => {
  const x = drawn(1);
  expectNoLeak(() => reverseSequence(x, [3, 0, 5]));
  const gradient = grad((at) => sum(reverseSequence(at as Tensor3D, [3, 0, 5])));
  expectNoLeak(() => gradient(x));
  const reversed = reverseSequence(x, [0, 0, 0]);
  reversed.dispose();
  expect(x.isDisposed).toBe(false);
});

test.each<[string, () => unknown, string]>([
  ['rank', () => reverseSequence(zeros([2, 3]) as never, [1, 1]), 'x to have shape [B, T, D], got [2, 3]'],
  [
    'time-major rank',
    () => reverseSequence(zeros([2, 3]) as never, [1, 1], { timeMajor: true }),
    'x to have shape [T, B, D], got [2, 3]',
  ],
  ['dtype', () => reverseSequence(zeros([1, 3, 1], 'int32'), [1]), 'x of dtype float32, got int32. Cast it first.'],
  [
    'a length too many',
    () => reverseSequence(zeros([2, 3, 1]), [1, 2, 3]),
    'sequenceLength to hold one length for each of the 2 rows, got 3 of them',
  ],
  [
    'a length beyond the steps',
    () => reverseSequence(zeros([2, 3, 1]), [1, 4]),
    'sequenceLength to hold integers from 0 to 3, got 4 in row 1',
  ],
])('what does not fit gets a sentence: %s', (_, call, text) => {
  expect(call).toThrow(argumentError(`reverseSequence: expected ${text}`));
});
