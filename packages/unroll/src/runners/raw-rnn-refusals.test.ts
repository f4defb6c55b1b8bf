import '@rnn/cells/gradients';
import { GRUCell, LSTMCell, type RNNCell } from '@rnn/cells';
import { ones, scalar, type Tensor, type Tensor2D, zeros } from '@tensorflow/tfjs-core';
import { expectNoLeak } from 'testing';
import { describe, expect, test } from 'vitest';
import { type LoopFunction, rawRnn } from './raw-rnn';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });

describe('what does not fit gets a sentence, and leaves nothing behind', () => {
  type Step = readonly unknown[];
  const good = (time: number): Step => [
    [time >= 2, time >= 2],
    ones([2, 3]),
    zeros([2, 2]),
    time === 0 ? zeros([2]) : ones([2, 2]),
    null,
  ];
  /** A good step with one entry changed, at one time. */
  const but = (at: number, entry: number, make: () => unknown) => (time: number) =>
    good(time).map((value, k) => (time === at && k === entry ? make() : value));
  const bad: [string, (time: number) => unknown, string][] = [
    [
      'no step',
      () => undefined,
      'loopFn to return [elementsFinished, nextInput, nextCellState, emitOutput, nextLoopState], got undefined',
    ],
    [
      'half a step',
      (time) => good(time).slice(0, 3),
      'loopFn to return [elementsFinished, nextInput, nextCellState, emitOutput, nextLoopState], got an array of 3',
    ],
    ['one flag for all', but(0, 0, () => true), 'elementsFinished to hold one boolean for each row, got true'],
    ['numbers for flags', but(0, 0, () => [0, 1]), 'elementsFinished to hold one boolean for each row, got 0 in row 0'],
    [
      'numbers in a tensor',
      but(1, 0, () => ones([2])),
      'elementsFinished to hold one boolean for each of the 2 rows, got a tensor of dtype float32',
    ],
    [
      'a column of flags',
      but(1, 0, () => zeros([2, 1], 'bool')),
      'elementsFinished to hold one boolean for each of the 2 rows, got shape [2, 1]',
    ],
    [
      'too many flags',
      but(1, 0, () => [true, true, true]),
      'elementsFinished to hold one boolean for each of the 2 rows, got 3 of them',
    ],
    ['no input', but(0, 1, () => undefined), 'nextInput to be a tensor [B, D], got undefined'],
    ['rank of an input', but(1, 1, () => ones([2, 3, 1])), 'nextInput to have shape [B, D], got [2, 3, 1]'],
    [
      'dtype of an input',
      but(0, 1, () => ones([2, 3], 'int32')),
      'nextInput of dtype float32, got int32. Cast it first.',
    ],
    ['rows of an input', but(0, 1, () => ones([3, 3])), 'nextInput to have shape [2, 3], got [3, 3]'],
    ['width of an input', but(1, 1, () => ones([2, 4])), 'nextInput to have shape [2, 3], got [2, 4]'],
    ['initial state', but(0, 2, () => zeros([2, 5])), 'nextCellState to have shape [2, 2], got [2, 5]'],
    [
      'no initial state',
      but(0, 2, () => null),
      'nextCellState at time 0 to be the initial state, got null. Give cell.zeroState(2).',
    ],
    [
      'rows in what is to be emitted',
      (time) => good(time).map((value, k) => (k === 3 ? ones([2, 3]) : value)),
      'emitOutput to have shape [2, 2, 3], got [2, 3]. At time 0 give the shape of one row.',
    ],
    ['a state', but(1, 2, () => null), 'nextCellState to have shape [2, 2], got null'],
    [
      'what is to be emitted',
      but(0, 3, () => [3]),
      'emitOutput to be null, a tensor, or tensors nested like a state, got (3)',
    ],
    ['the structure emitted', but(1, 3, () => [ones([2, 2])]), 'emitOutput to have shape [2, 2], got ([2, 2])'],
    ['nothing emitted', but(2, 3, () => null), 'emitOutput to have shape [2, 2], got null'],
    ['the shape emitted', but(1, 3, () => ones([2, 3])), 'emitOutput to have shape [2, 2], got [2, 3]'],
    ['the dtype emitted', but(1, 3, () => ones([2, 2], 'int32')), 'emitOutput of dtype float32, got int32'],
  ];
  test.each(bad)('%s', (_, loopFn, text) => {
    const cell = new GRUCell(2);
    expect(() => expectNoLeak(() => rawRnn(cell, loopFn as LoopFunction<Tensor2D, Tensor2D, null>))).toThrow(
      argumentError(`rawRnn: expected ${text}`),
    );
    expect([...cell.variables]).toEqual([]);
  });

  test('the arguments', () => {
    const cell = new GRUCell(2);
    const loopFn = good as unknown as LoopFunction<Tensor2D, Tensor2D, null>;
    expect(() => rawRnn({} as GRUCell, loopFn)).toThrow(
      argumentError('rawRnn: expected cell to be an RNNCell, got one without call, stateSize, outputSize'),
    );
    expect(() => rawRnn(cell, undefined as unknown as typeof loopFn)).toThrow(
      argumentError('rawRnn: expected loopFn to be a function, got undefined'),
    );
    for (const maximumIterations of [-1, Number.NaN, 2.5, Number.NEGATIVE_INFINITY]) {
      expect(() => rawRnn(cell, loopFn, { maximumIterations })).toThrow(
        argumentError(
          `rawRnn: expected maximumIterations to be a whole number of steps, or Infinity, got ${maximumIterations}`,
        ),
      );
    }
    rawRnn(cell, loopFn, { maximumIterations: Number.POSITIVE_INFINITY });
  });

  test.each([0, 1, 3])('a loop function that throws at time %i', (last) => {
    const cell = new LSTMCell(2);
    const run = () =>
      rawRnn(cell, (time, output, state, _: Tensor | null) => {
        const kept = scalar(time);
        if (time === last) throw new Error('enough');
        return [[time >= 4], ones([1, 3]), state ?? cell.zeroState(1), output, kept];
      });
    expect(() => expectNoLeak(run)).toThrow('enough');
    expect([...cell.variables]).toEqual([]);
  });

  test('a cell that breaks its promises', () => {
    const wide: RNNCell<Tensor2D> = { stateSize: 2, outputSize: 9, call: (x, h) => [x, h] };
    const run = () =>
      rawRnn(wide, (time, output, state) => [[time >= 1], ones([1, 3]), state ?? zeros([1, 2]), output, null]);
    expect(() => expectNoLeak(run)).toThrow(
      argumentError(
        'a cell without a class, called by a runner: expected an output of shape [1, 9], as outputSize says, got [1, 3]',
      ),
    );
  });
});
