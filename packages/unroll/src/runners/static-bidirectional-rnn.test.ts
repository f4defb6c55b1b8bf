import '@rnn/cells/gradients';
import { BasicLSTMCell, GRUCell } from '@rnn/cells';
import { grad, ones, sum, type Tensor, type Tensor2D, tensor2d, zeros } from '@tensorflow/tfjs-core';
import { expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { CountingCell } from '../testing/counting-cell';
import { staticBidirectionalRnn } from './static-bidirectional-rnn';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });
const values = (t: Tensor) => [...t.dataSync()];
const drawnSteps = (T: number, B: number, D: number) =>
  Array.from({ length: T }, (_, t) => tensor2d(sequenceOf(B * D, t), [B, D]));

test('cells that count see every step from both ends, joined along the last axis', () => {
  const steps = [1, 2, 3].map((value) => tensor2d([value, 10 * value], [2, 1]));
  const [outputs, stateFw, stateBw] = staticBidirectionalRnn(new CountingCell(1), new CountingCell(1), steps, {
    initialStateFw: tensor2d([10, 20], [2, 1]),
    initialStateBw: tensor2d([30, 40], [2, 1]),
    sequenceLength: [3, 2],
  });
  expect(outputs.map(values)).toEqual([
    [10, 32, 200, 410],
    [22, 62, 420, 800],
    [36, 90, 0, 0],
  ]);
  expect([values(stateFw), values(stateBw)]).toEqual([
    [13, 22],
    [33, 42],
  ]);
});

test('takes a list of one step, and its gradient', () => {
  const gradient = grad((x) => {
    const initialStateFw = tensor2d([10], [1, 1]);
    const initialStateBw = tensor2d([30], [1, 1]);
    const options = { initialStateFw, initialStateBw };
    const [[output]] = staticBidirectionalRnn(new CountingCell(1), new CountingCell(1), [x as Tensor2D], options);
    return sum(output as Tensor2D);
  })(tensor2d([2], [1, 1]));
  expect(values(gradient)).toEqual([40]);
});

test('variables lie under both directions', () => {
  const [fw, bw] = [new BasicLSTMCell(2), new GRUCell(2)] as const;
  staticBidirectionalRnn(fw, bw, drawnSteps(2, 1, 3));
  expect([...fw.variables.keys()][0]).toBe('bidirectional_rnn/fw/basic_lstm_cell/kernel');
  expect([...bw.variables.keys()][0]).toBe('bidirectional_rnn/bw/gru_cell/gates/kernel');
});

describe('what does not fit gets a sentence, and leaves no weight behind', () => {
  const bad: [string, () => unknown, () => object, string][] = [
    ['an empty list', () => [], () => ({}), 'inputs to hold at least one step, got an empty list'],
    [
      'one tensor',
      () => ones([2, 3, 1]),
      () => ({}),
      'inputs to be a list of tensors [B, D], one a step, got one tensor [2, 3, 1]. Unstack a tensor along its time axis.',
    ],
    [
      'lists of unequal shapes',
      () => [ones([2, 1]), ones([2, 4])],
      () => ({}),
      'inputs[1] to have the shape of the first, [2, 1], got [2, 4]',
    ],
    [
      'lengths',
      () => drawnSteps(3, 2, 1),
      () => ({ sequenceLength: [4, 1] }),
      'sequenceLength to hold integers from 0 to 3, got 4 in row 0',
    ],
    [
      'backward state',
      () => drawnSteps(3, 2, 1),
      () => ({ initialStateBw: zeros([1, 2]) }),
      'initialStateBw to have shape [2, 2], got [1, 2]',
    ],
  ];
  test.each(bad)('%s', (_, make, options, text) => {
    const [fw, bw] = [new GRUCell(2), new GRUCell(2)] as const;
    const [inputs, chosen] = [make() as Tensor2D[], options()];
    expect(() => expectNoLeak(() => staticBidirectionalRnn(fw, bw, inputs, chosen))).toThrow(
      argumentError(`staticBidirectionalRnn: expected ${text}`),
    );
    expect([...fw.variables, ...bw.variables]).toEqual([]);
  });

  test('no forward cell', () => {
    expect(() => staticBidirectionalRnn({} as GRUCell, new GRUCell(2), drawnSteps(1, 1, 1))).toThrow(
      argumentError(
        'staticBidirectionalRnn: expected cellFw to be an RNNCell, got one without call, stateSize, outputSize',
      ),
    );
  });
});
