import '@rnn/cells/gradients';
import { GRUCell } from '@rnn/cells';
import { grad, mul, sum, type Tensor, type Tensor3D, tensor, tensor1d, transpose, zeros } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { dynamicRnn } from '../runners/dynamic-rnn';
import { lastRelevant } from './last-relevant';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });
const [B, T, P] = [3, 5, 2];
const drawn = () => tensor(sequenceOf(B * T * P, 1), [B, T, P]) as Tensor3D;
const swap = (x: Tensor3D): Tensor3D => transpose(x, [1, 0, 2]);
const values = (x: Tensor) => [...x.dataSync()];

const byHand = (x: Tensor3D, lengths: readonly number[]): number[] =>
  x.arraySync().flatMap((steps, b) => steps[(lengths[b] as number) - 1] ?? new Array<number>(P).fill(0));

describe.each([
  { lengths: [0, 0, 0] },
  { lengths: [1, 1, 1] },
  { lengths: [5, 5, 5] },
  { lengths: [3, 0, 5] },
  { lengths: [1, 4, 2] },
])('lengths $lengths', ({ lengths }) => {
  test('each row gives its last valid step, or zeros', () => {
    const last = lastRelevant(drawn(), lengths);
    expect(last.shape).toEqual([B, P]);
    expect(values(last)).toEqual(byHand(drawn(), lengths));
  });

  test('time-major is the same', () => {
    expect(values(lastRelevant(swap(drawn()), lengths, { timeMajor: true }))).toEqual(byHand(drawn(), lengths));
  });

  test.each([false, true])('the gradient reaches that step alone, time-major: %s', (timeMajor) => {
    const order = (x: Tensor3D) => (timeMajor ? swap(x) : x);
    const shares = sequenceOf(B * P, 9);
    const gradient = grad((x) => sum(mul(lastRelevant(x as Tensor3D, lengths, { timeMajor }), tensor(shares, [B, P]))))(
      order(drawn()),
    );
    const want = new Array<number>(B * T * P).fill(0);
    for (const [b, length] of lengths.entries()) {
      for (let p = 0; p < P && length > 0; p++) want[(b * T + length - 1) * P + p] = shares[b * P + p] as number;
    }
    expectClose(order(gradient as Tensor3D), want);
  });

  test('is what returnSequences: false gives', () => {
    const cell = new GRUCell(4, { inputSize: P });
    const [outputs] = dynamicRnn(cell, drawn(), { sequenceLength: lengths });
    const [last] = dynamicRnn(cell, drawn(), { sequenceLength: lengths, returnSequences: false });
    expectClose(lastRelevant(outputs, lengths), last.dataSync());
  });
});

test('without lengths it is the last step', () => {
  expect(values(lastRelevant(drawn()))).toEqual(byHand(drawn(), [T, T, T]));
});

test('an output of any number of axes keeps them, as that of a cell over volumes', () => {
  const volumes = tensor(sequenceOf(2 * 3 * 12, 5), [2, 3, 2, 1, 3, 2]);
  const last = lastRelevant(volumes as never, [2, 3]) as Tensor;
  expect(last.shape).toEqual([2, 2, 1, 3, 2]);
  expectClose(last, [...sequenceOf(72, 5).slice(12, 24), ...sequenceOf(72, 5).slice(60, 72)]);
});

test('lengths may be a tensor', () => {
  expect(values(lastRelevant(drawn(), tensor1d([3, 0, 5], 'int32')))).toEqual(byHand(drawn(), [3, 0, 5]));
});

test('what other steps hold is never seen', () => {
  const outputs = tensor([1, Number.NaN, Number.POSITIVE_INFINITY, Number.NaN, 2, Number.NaN], [2, 3, 1]) as Tensor3D;
  expect(values(lastRelevant(outputs, [1, 2]))).toEqual([1, 2]);
});

test('of no rows, or of no steps', () => {
  expect(lastRelevant(zeros([0, 4, 2]), []).shape).toEqual([0, 2]);
  expect(values(lastRelevant(zeros([2, 0, 3]), [0, 0]))).toEqual(new Array(6).fill(0));
});

test('nothing is left behind, differentiated or not', () => {
  const x = drawn();
  expectNoLeak(() => lastRelevant(x, [3, 0, 5]));
  const gradient = grad((at) => sum(lastRelevant(at as Tensor3D, [3, 0, 5])));
  expectNoLeak(() => gradient(x));
});

test.each<[string, () => unknown, string]>([
  ['rank', () => lastRelevant(zeros([2, 3]) as never, [1, 1]), 'outputs to have shape [B, T, P], got [2, 3]'],
  [
    'time-major rank',
    () => lastRelevant(zeros([2, 3]) as never, [1, 1], { timeMajor: true }),
    'outputs to have shape [T, B, P], got [2, 3]',
  ],
  [
    'a fraction for a length',
    () => lastRelevant(zeros([2, 3, 1]), [1, 1.5]),
    'sequenceLength to hold integers from 0 to 3, got 1.5 in row 1',
  ],
  [
    'too few lengths',
    () => lastRelevant(zeros([2, 3, 1]), [1]),
    'sequenceLength to hold one length for each of the 2 rows, got 1 of them',
  ],
])('what does not fit gets a sentence: %s', (_, call, text) => {
  expect(call).toThrow(argumentError(`lastRelevant: expected ${text}`));
});
