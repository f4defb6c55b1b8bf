import '@rnn/cells/gradients';
import { BasicLSTMCell, GRUCell } from '@rnn/cells';
import { grad, ones, sum, type Tensor, type Tensor2D, tensor2d, zeros } from '@tensorflow/tfjs-core';
import { expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { CountingCell } from '../testing/counting-cell';
import { stackBidirectionalRnn } from './stack-bidirectional-rnn';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });
const values = (t: Tensor) => [...t.dataSync()];
const drawnSteps = (T: number, B: number, D: number) =>
  Array.from({ length: T }, (_, t) => tensor2d(sequenceOf(B * D, t), [B, D]));

test('cells that count: a layer’s both directions are the next one’s inputs, within each row’s length', () => {
  const steps = [
    [2, 5],
    [3, 7],
  ].map((step) => tensor2d(step, [2, 1]));
  const [outputs, statesFw, statesBw] = stackBidirectionalRnn(
    [new CountingCell(1), new CountingCell(2)],
    [new CountingCell(1), new CountingCell(2)],
    steps,
    {
      initialStatesFw: [
        tensor2d([[10], [20]]),
        tensor2d([
          [100, 200],
          [300, 400],
        ]),
      ],
      initialStatesBw: [
        tensor2d([[30], [40]]),
        tensor2d([
          [1, 2],
          [3, 4],
        ]),
      ],
      sequenceLength: [2, 1],
    },
  );
  // The first layer gives row 0 [2 · 10, 2 · 31] and [3 · 11, 3 · 30], and row 1 [5 · 20, 5 · 40].
  expect(outputs.map(values)).toEqual([
    [2000, 12400, 40, 186, 30000, 80000, 300, 800],
    [3333, 18090, 33, 180, 0, 0, 0, 0],
  ]);
  expect(statesFw.map(values)).toEqual([
    [12, 21],
    [102, 202, 301, 401],
  ]);
  expect(statesBw.map(values)).toEqual([
    [32, 41],
    [3, 4, 4, 5],
  ]);
});

test('takes a list of one step, and its gradient', () => {
  const gradient = grad((x) => {
    const initialStatesFw = [tensor2d([[10]]), tensor2d([[2, 3]])];
    const initialStatesBw = [tensor2d([[30]]), tensor2d([[4, 5]])];
    const [fw, bw] = [0, 1].map(() => [new CountingCell(1), new CountingCell(2)]) as [CountingCell[], CountingCell[]];
    const [[output]] = stackBidirectionalRnn(fw, bw, [x as Tensor2D], { initialStatesFw, initialStatesBw });
    return sum(output as Tensor2D);
  })(tensor2d([[2]]));
  // 10 · (2 + 4) + 30 · (3 + 5)
  expect(values(gradient)).toEqual([300]);
});

test.each([
  [{}, 'stack_bidirectional_rnn'],
  [{ scope: 'encoder' }, 'encoder'],
])('variables lie under layer and direction: %j', (options, scope) => {
  const [fw, bw] = [[new BasicLSTMCell(2), new GRUCell(2)] as const, [new GRUCell(2), new BasicLSTMCell(2)] as const];
  stackBidirectionalRnn(fw, bw, drawnSteps(2, 1, 3), options);
  expect([...fw, ...bw].map(({ variables }) => [...variables.keys()][0])).toEqual([
    `${scope}/cell_0/fw/basic_lstm_cell/kernel`,
    `${scope}/cell_1/fw/gru_cell/gates/kernel`,
    `${scope}/cell_0/bw/gru_cell/gates/kernel`,
    `${scope}/cell_1/bw/basic_lstm_cell/kernel`,
  ]);
});

describe('what does not fit gets a sentence, and leaves no weight behind', () => {
  const gru = () => new GRUCell(2);
  const bad: [string, () => unknown, () => object, string][] = [
    ['an empty list of steps', () => [], () => ({}), 'inputs to hold at least one step, got an empty list'],
    [
      'one tensor',
      () => ones([2, 3, 1]),
      () => ({}),
      'inputs to be a list of tensors [B, D], one a step, got one tensor [2, 3, 1]. Unstack a tensor along its time axis.',
    ],
    [
      'lengths',
      () => drawnSteps(3, 2, 1),
      () => ({ sequenceLength: [4, 1] }),
      'sequenceLength to hold integers from 0 to 3, got 4 in row 0',
    ],
    [
      'a backward state too many',
      () => drawnSteps(3, 2, 1),
      () => ({ initialStatesBw: [zeros([2, 2]), zeros([2, 2]), zeros([2, 2])] }),
      'initialStatesBw to have shape ([2, 2], [2, 2]), got ([2, 2], [2, 2], [2, 2])',
    ],
  ];
  test.each(bad)('%s', (_, make, options, text) => {
    const [fw, bw] = [[gru(), gru()] as const, [gru(), gru()] as const];
    const [inputs, chosen] = [make() as Tensor2D[], options()];
    expect(() => expectNoLeak(() => stackBidirectionalRnn(fw, bw, inputs, chosen) as never)).toThrow(
      argumentError(`stackBidirectionalRnn: expected ${text}`),
    );
    expect([...fw, ...bw].flatMap(({ variables }) => [...variables])).toEqual([]);
  });

  test('lists of cells', () => {
    expect(() => stackBidirectionalRnn([], [gru()], drawnSteps(1, 1, 1))).toThrow(
      argumentError('stackBidirectionalRnn: expected cellsFw to hold at least one cell, got an empty list'),
    );
    expect(() => stackBidirectionalRnn([gru()], [gru(), gru()], drawnSteps(1, 1, 1))).toThrow(
      argumentError(
        'stackBidirectionalRnn: expected as many cells in cellsFw as in cellsBw, got 1 and 2. Each layer has one of each.',
      ),
    );
  });
});
