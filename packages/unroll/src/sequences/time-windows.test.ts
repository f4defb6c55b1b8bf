import '@rnn/cells/gradients';
import { grad, mul, ones, sum, type Tensor, type Tensor3D, tensor, tensor1d } from '@tensorflow/tfjs-core';
import { expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { timeWindows } from './time-windows';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });
const x = (...shape: [number, number, number]): Tensor3D => ones(shape);

test('windows follow each other, the last as long as is left', () => {
  const summary = (steps: number, size: number) =>
    timeWindows(x(2, steps, 3), size).map(({ start, steps }) => [start, steps]);
  expect(summary(7, 3)).toEqual([
    [0, 3],
    [3, 3],
    [6, 1],
  ]);
  expect(summary(6, 3)).toEqual([
    [0, 3],
    [3, 3],
  ]);
  expect(summary(2, 5)).toEqual([[0, 2]]);
  expect(summary(0, 5)).toEqual([]);
});

test('each window has its share of the lengths', () => {
  const lengths = (sequenceLength?: ArrayLike<number>) =>
    timeWindows(x(5, 7, 1), 3, { sequenceLength }).map((window) => window.sequenceLength);
  expect(lengths([0, 1, 3, 5, 7])).toEqual([
    [0, 1, 3, 3, 3],
    [0, 0, 0, 2, 3],
    [0, 0, 0, 0, 1],
  ]);
  expect(lengths()).toEqual([undefined, undefined, undefined]);
  expect(timeWindows(x(2, 4, 1), 3, { sequenceLength: tensor1d([4, 2], 'int32') })[1]?.sequenceLength).toEqual([1, 0]);
});

/** `[2, 5, 3]`, different everywhere. */
const drawnInputs = (): Tensor3D => tensor(sequenceOf(2 * 5 * 3, 1), [2, 5, 3]);

describe('of', () => {
  test('cuts tensors of any rank and dtype that have the time axis', () => {
    const drawn = drawnInputs();
    const at = (b: number, t: number, d: number) => drawn.dataSync()[(b * 5 + t) * 3 + d] as number;
    const [first, second] = timeWindows(drawn, 3) as [
      ReturnType<typeof timeWindows>[0],
      ReturnType<typeof timeWindows>[0],
    ];
    const cut = second.of(drawn);
    expect(cut.shape).toEqual([2, 2, 3]);
    expect([...cut.dataSync()]).toEqual(
      [0, 1].flatMap((b) => [3, 4].flatMap((t) => [0, 1, 2].map((d) => at(b, t, d)))),
    );
    const labels = tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [2, 5], 'int32');
    expect([first.of(labels).dtype, [...first.of(labels).dataSync()]]).toEqual(['int32', [0, 1, 2, 5, 6, 7]]);
  });

  test('cuts the first axis where that is time', () => {
    const drawn = drawnInputs();
    const [, second] = timeWindows(drawn, 1, { timeMajor: true });
    expect(second?.of(drawn).shape).toEqual([1, 5, 3]);
    expect([...(second?.of(drawn).dataSync() ?? [])]).toEqual([...drawn.dataSync().slice(15)]);
  });

  test('has a gradient', () => {
    const drawn = drawnInputs();
    const [, window] = timeWindows(drawn, 3);
    const gradient = grad((at) => sum(mul(window?.of(at) as Tensor, 2)))(drawn);
    const want = [0, 1].flatMap(() => [0, 0, 0, 2, 2].flatMap((value) => [value, value, value]));
    expect([...gradient.dataSync()]).toEqual(want);
  });

  test('refuses another number of steps', () => {
    const drawn = drawnInputs();
    const [window] = timeWindows(drawn, 3);
    const [byTime] = timeWindows(drawn, 3, { timeMajor: true });
    expect(() => window?.of(ones([2, 4, 3]))).toThrow(
      argumentError('TimeWindow.of: expected a tensor [B, 5, …], got [2, 4, 3]'),
    );
    expect(() => window?.of(ones([5]))).toThrow(argumentError('TimeWindow.of: expected a tensor [B, 5, …], got [5]'));
    expect(() => byTime?.of(ones([5, 2]))).toThrow(
      argumentError('TimeWindow.of: expected a tensor [2, B, …], got [5, 2]'),
    );
  });
});

test('windows hold no tensors', () => {
  const inputs = x(2, 5, 3);
  expectNoLeak(() => void timeWindows(inputs, 2, { sequenceLength: [5, 1] }));
});

test.each<[string, () => unknown, string]>([
  ['rank', () => timeWindows(ones([2, 5]) as unknown as Tensor3D, 2), 'inputs to have shape [B, T, D], got [2, 5]'],
  [
    'rank, time-major',
    () => timeWindows(ones([2, 5]) as unknown as Tensor3D, 2, { timeMajor: true }),
    'inputs to have shape [T, B, D], got [2, 5]',
  ],
  ['no steps at all', () => timeWindows(x(2, 5, 3), 0), 'size to be a positive integer, got 0'],
  ['half a step', () => timeWindows(x(2, 5, 3), 2.5), 'size to be a positive integer, got 2.5'],
  [
    'a length too large',
    () => timeWindows(x(2, 5, 3), 2, { sequenceLength: [6, 1] }),
    'sequenceLength to hold integers from 0 to 5, got 6 in row 0',
  ],
  [
    'too few lengths',
    () => timeWindows(x(2, 5, 3), 2, { sequenceLength: [5] }),
    'sequenceLength to hold one length for each of the 2 rows, got 1 of them',
  ],
])('what does not fit gets a sentence: %s', (_, run, text) => {
  expect(run).toThrow(argumentError(`timeWindows: expected ${text}`));
});
