import { GRUCell, LSTMCell, MultiRNNCell, type RNNCell } from '@rnn/cells';
import '@rnn/cells/gradients';
import { ones, type Tensor2D, type Tensor3D, tensor1d, zeros } from '@tensorflow/tfjs-core';
import { expectNoLeak } from 'testing';
import { describe, expect, test } from 'vitest';
import { CountingCell } from '../testing/counting-cell';
import { dynamicRnn } from './dynamic-rnn';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });

describe('what does not fit gets a sentence, and leaves no weight behind', () => {
  const lstm = () => new LSTMCell(3);
  const x = () => ones([2, 4, 5]) as Tensor3D;
  type Given = [cell: () => RNNCell, inputs: () => unknown, options: () => unknown];
  const bad: [string, Partial<{ cell: Given[0]; inputs: Given[1]; options: Given[2] }>, string][] = [
    ['rank 2', { inputs: () => ones([2, 9]) }, 'inputs to have shape [B, T, D], got [2, 9]'],
    [
      'rank 2, time-major',
      { inputs: () => ones([2, 9]), options: () => ({ timeMajor: true }) },
      'inputs to have shape [T, B, D], got [2, 9]',
    ],
    ['a list', { inputs: () => [ones([2, 5])] }, 'inputs to be a tensor [B, T, D], got an array'],
    ['dtype', { inputs: () => ones([2, 4, 5], 'int32') }, 'inputs of dtype float32, got int32. Cast it first.'],
    [
      'the dtype option',
      { options: () => ({ dtype: 'float64' }) },
      "dtype to be 'float32', got 'float64'. TensorFlow.js has no other floating-point type.",
    ],
    [
      'a name as Python has it',
      { options: () => ({ sequence_length: [1, 5] }) },
      "camelCase options, got 'sequence_length'. Is it sequenceLength?",
    ],
    ['lengths in place of options', { options: () => [1, 5] }, 'options to be an object, got an array'],
    [
      'typed lengths in place of options',
      { options: () => Int32Array.of(1, 4) },
      'options to be an object, got an array',
    ],
    ['a tensor in place of options', { options: () => tensor1d([1, 4]) }, 'options to be an object, got a tensor'],
    ['a number in place of options', { options: () => 5 }, 'options to be an object, got 5'],
    [
      'too many lengths',
      { options: () => ({ sequenceLength: [1, 2, 3] }) },
      'sequenceLength to hold one length for each of the 2 rows, got 3 of them',
    ],
    [
      'one length for all',
      { options: () => ({ sequenceLength: 3 }) },
      'sequenceLength to hold one length for each of the 2 rows, got 3',
    ],
    [
      'lengths of rank 2',
      { options: () => ({ sequenceLength: ones([2, 1]) }) },
      'sequenceLength to hold one length for each of the 2 rows, got shape [2, 1]',
    ],
    [
      'a length too large',
      { options: () => ({ sequenceLength: [4, 5] }) },
      'sequenceLength to hold integers from 0 to 4, got 5 in row 1',
    ],
    [
      'a fractional length',
      { options: () => ({ sequenceLength: tensor1d([1.5, 2]) }) },
      'sequenceLength to hold integers from 0 to 4, got 1.5 in row 0',
    ],
    [
      'a negative length',
      { options: () => ({ sequenceLength: [0, -1] }) },
      'sequenceLength to hold integers from 0 to 4, got -1 in row 1',
    ],
    [
      'a length that is no number',
      { options: () => ({ sequenceLength: [Number.NaN, 1] }) },
      'sequenceLength to hold integers from 0 to 4, got NaN in row 0',
    ],
    [
      'the structure of the initial state',
      { options: () => ({ initialState: zeros([2, 3]) }) },
      'initialState to have shape LSTMStateTuple(c=[2, 3], h=[2, 3]), got [2, 3]',
    ],
    [
      'the rows of the initial state',
      { options: () => ({ initialState: { c: zeros([4, 3]), h: zeros([4, 3]) } }) },
      'initialState to have shape LSTMStateTuple(c=[2, 3], h=[2, 3]), got LSTMStateTuple(c=[4, 3], h=[4, 3])',
    ],
    [
      'the layers of the initial state',
      {
        cell: () => new MultiRNNCell([new GRUCell(3), new GRUCell(4)]),
        options: () => ({ initialState: [zeros([2, 3])] }),
      },
      'initialState to have shape ([2, 3], [2, 4]), got ([2, 3])',
    ],
    [
      'the dtype of the initial state',
      { cell: () => new GRUCell(3), options: () => ({ initialState: zeros([2, 3], 'int32') }) },
      'initialState of dtype float32, got int32. Cast it first.',
    ],
    [
      'no cell',
      { cell: () => undefined as unknown as RNNCell },
      'cell to be an RNNCell, got one without call, stateSize, outputSize',
    ],
    [
      'half a cell',
      { cell: () => ({ call: () => [], stateSize: 1 }) as unknown as RNNCell },
      'cell to be an RNNCell, got one without outputSize',
    ],
    [
      'parallelIterations',
      { options: () => ({ parallelIterations: 0 }) },
      'parallelIterations to be a positive integer, got 0',
    ],
    ['kernel', { options: () => ({ kernel: 'fast' }) }, "kernel to be one of auto, fused, reference, got 'fast'"],
    [
      'kernel, for a cell of your own',
      { cell: () => new CountingCell(5), options: () => ({ kernel: 'fast' }) },
      "kernel to be one of auto, fused, reference, got 'fast'",
    ],
    ['a word for true', { options: () => ({ swapMemory: 'no' }) }, "swapMemory to be true or false, got 'no'"],
    ['a number for false', { options: () => ({ returnSequences: 0 }) }, 'returnSequences to be true or false, got 0'],
    [
      'swapMemory on the reference',
      { options: () => ({ swapMemory: true, kernel: 'reference' }) },
      "a fused kernel, as swapMemory asks, got none: kernel: 'reference' was asked for. Leave swapMemory out.",
    ],
    [
      'swapMemory, for a cell of your own',
      { cell: () => new CountingCell(5), options: () => ({ swapMemory: true }) },
      'a fused kernel, as swapMemory asks, got none: CountingCell does not declare its recurrence, so it is called step by step. Leave swapMemory out.',
    ],
  ];
  test.each(bad)('%s', (_, { cell = lstm, inputs = x, options = () => ({}) }, text) => {
    const [given, made] = [inputs() as Tensor3D, cell()];
    const chosen = options() as object;
    expect(() => expectNoLeak(() => dynamicRnn(made, given, chosen))).toThrow(
      argumentError(`dynamicRnn: expected ${text}`),
    );
    expect([...(made?.variables ?? [])]).toEqual([]);
  });

  test('inputs of another width than the weights were made for', () => {
    const cell = new GRUCell(3, { inputSize: 7 });
    const inputs = x();
    expect(() => expectNoLeak(() => dynamicRnn(cell, inputs))).toThrow(
      argumentError(
        'GRUCell.build: expected inputSize 7, for which the weights were made, got 5. A cell has one input size; make another cell for the other inputs.',
      ),
    );
  });

  test('a cell that breaks its promises', () => {
    class Wide extends CountingCell {
      override call(at: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] {
        return [at, h];
      }
    }
    const inputs = x();
    const wide = { stateSize: 1, outputSize: 9, call: (at: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] => [at, h] };
    const long = Object.assign(new Wide(5), { stateSize: 2, outputSize: 5, call: (at: Tensor2D) => [at, at] });
    expect(() => expectNoLeak(() => dynamicRnn(wide, inputs))).toThrow(
      argumentError(
        'a cell without a class, called by a runner: expected an output of shape [2, 9], as outputSize says, got [2, 5]',
      ),
    );
    expect(() => expectNoLeak(() => dynamicRnn(long as RNNCell, inputs))).toThrow(
      argumentError('Wide, called by a runner: expected the new state to have shape [2, 2], got [2, 5]'),
    );
  });

  test('a cell that throws in the middle leaves nothing, its own weights included', () => {
    class Failing extends CountingCell {
      override call(at: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] {
        if (this.calls === 2) throw new Error('the third step failed');
        return super.call(at, h);
      }
    }
    const inputs = x();
    expect(() => expectNoLeak(() => dynamicRnn(new Failing(5), inputs))).toThrow('the third step failed');
    const layers = new MultiRNNCell([new GRUCell(5), new Failing(5)]);
    expect(() => expectNoLeak(() => dynamicRnn(layers, inputs, { sequenceLength: [4, 3] }))).toThrow('the third step');
    expect([...layers.variables]).toEqual([]);
  });
});
