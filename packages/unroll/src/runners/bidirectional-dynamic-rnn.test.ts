import '@rnn/cells/gradients';
import {
  BasicLSTMCell,
  BasicRNNCell,
  CudnnCompatibleGRUCell,
  GRUCell,
  LSTMCell,
  MultiRNNCell,
  type RNNCell,
} from '@rnn/cells';
import { ones, profile, type Tensor3D, tensor, tensor1d, tensor2d, transpose, zeros } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { CountingCell } from '../testing/counting-cell';
import { inputSize } from '../testing/every-cell';
import { bidirectionalDynamicRnn } from './bidirectional-dynamic-rnn';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });

describe('cells that count, whose answer is x · (h + t)', () => {
  const x = sequenceOf(2 * 4, 5);
  const initialStateFw = () => tensor2d([10, 20], [2, 1]);
  const initialStateBw = () => tensor2d([30, 40], [2, 1]);
  const run = (sequenceLength?: ArrayLike<number>) =>
    bidirectionalDynamicRnn(new CountingCell(1), new CountingCell(1), tensor(x, [2, 4, 1]) as Tensor3D, {
      initialStateFw: initialStateFw(),
      initialStateBw: initialStateBw(),
      ...(sequenceLength && { sequenceLength }),
    });

  test('see every step from both ends', () => {
    const [[forward, backward], [stateFw, stateBw]] = run();
    expectClose(
      forward,
      x.map((entry, k) => entry * ((k < 4 ? 10 : 20) + (k % 4))),
    );
    expectClose(
      backward,
      x.map((entry, k) => entry * ((k < 4 ? 30 : 40) + 3 - (k % 4))),
    );
    expectClose(stateFw, [14, 24]);
    expectClose(stateBw, [34, 44]);
  });

  test('start backward at the last valid step of each row', () => {
    const lengths = [3, 1];
    const [[forward, backward], [stateFw, stateBw]] = run(lengths);
    const valid = (k: number) => k % 4 < (lengths[Math.floor(k / 4)] as number);
    expectClose(
      forward,
      x.map((entry, k) => (valid(k) ? entry * ((k < 4 ? 10 : 20) + (k % 4)) : 0)),
    );
    expectClose(
      backward,
      x.map((entry, k) => (valid(k) ? entry * (k < 4 ? 30 + 2 - (k % 4) : 40) : 0)),
    );
    expectClose(stateFw, [13, 21]);
    expectClose(stateBw, [33, 41]);
  });
});

describe('cells of one kind run at once', () => {
  const lstm = () => new LSTMCell(2);
  const gru = () => new GRUCell(2);
  const stepped = (size = inputSize) => new CountingCell(size);
  const layers = (...cells: RNNCell[]) => new MultiRNNCell(cells) as unknown as RNNCell;
  test.each<[string, RNNCell, RNNCell, number]>([
    ['two LSTMs', lstm(), lstm(), 1],
    ['two basic cells', new BasicRNNCell(2), new BasicRNNCell(3), 1],
    ['two GRUs that reset at different places', gru(), new CudnnCompatibleGRUCell(2), 1],
    ['two kinds', lstm(), gru(), 1],
    ['layers of different kinds', layers(lstm(), gru()), layers(gru(), gru()), 1],
    ['layers within layers', layers(layers(lstm(), gru()), lstm()), layers(lstm()), 1],
    ['one that is stepped: one for the other', lstm(), stepped(), 1],
    [
      'layers of which one is stepped: one for each of the others',
      layers(lstm(), stepped(2), lstm()),
      layers(gru()),
      3,
    ],
  ])('fused operations of %s', async (_, fw, bw, wanted) => {
    const { kernels } = await profile(() => bidirectionalDynamicRnn(fw, bw, ones([3, 5, inputSize]))[0] as never);
    expect(kernels.filter(({ name }) => name === 'RnnLayeredSequences')).toHaveLength(wanted);
  });
});

test('time-major equals batch-major, and so do lengths in a tensor', () => {
  const [fw, bw] = [new GRUCell(2, { inputSize: 3 }), new LSTMCell(4, { inputSize: 3 })] as const;
  const inputs = tensor(sequenceOf(2 * 5 * 3, 4), [2, 5, 3]) as Tensor3D;
  const [want, [, wantState]] = bidirectionalDynamicRnn(fw, bw, inputs, { sequenceLength: [5, 2] });
  const [got, [, state]] = bidirectionalDynamicRnn(fw, bw, transpose(inputs, [1, 0, 2]), {
    sequenceLength: tensor1d([5, 2], 'int32'),
    timeMajor: true,
    parallelIterations: 2,
  });
  for (const direction of [0, 1] as const) {
    expect(got[direction].shape).toEqual([5, 2, [2, 4][direction]]);
    expectClose(transpose(got[direction], [1, 0, 2]), want[direction].dataSync());
  }
  expectClose(state.c, wantState.c.dataSync());
});

test('each direction gives its own kind of state', () => {
  const [[forward, backward], [lstm, gru]] = bidirectionalDynamicRnn(new LSTMCell(4), new GRUCell(2), ones([2, 3, 5]));
  expect([forward.shape, backward.shape]).toEqual([
    [2, 3, 4],
    [2, 3, 2],
  ]);
  expect([lstm.c.shape, lstm.h.shape, gru.shape]).toEqual([
    [2, 4],
    [2, 4],
    [2, 2],
  ]);
});

test.each([
  [{}, 'bidirectional_rnn'],
  [{ scope: 'encoder' }, 'encoder'],
])('variables lie under both directions: %j', (options, scope) => {
  const [fw, bw] = [new BasicLSTMCell(2), new GRUCell(2)] as const;
  bidirectionalDynamicRnn(fw, bw, ones([1, 2, 3]), options);
  expect([...fw.variables.keys()]).toEqual([`${scope}/fw/basic_lstm_cell/kernel`, `${scope}/fw/basic_lstm_cell/bias`]);
  expect([...bw.variables.keys()][0]).toBe(`${scope}/bw/gru_cell/gates/kernel`);
});

describe('what does not fit gets a sentence, and leaves no weight behind', () => {
  const bad: [string, () => object, string][] = [
    ['forward state', () => ({ initialStateFw: zeros([2, 9]) }), 'initialStateFw to have shape [2, 2], got [2, 9]'],
    [
      'backward state',
      () => ({ initialStateBw: zeros([2, 2]) }),
      'initialStateBw to have shape LSTMStateTuple(c=[2, 2], h=[2, 2]), got [2, 2]',
    ],
    ['lengths', () => ({ sequenceLength: [1, 7] }), 'sequenceLength to hold integers from 0 to 4, got 7 in row 1'],
    [
      'swapMemory on the reference',
      () => ({ swapMemory: true, kernel: 'reference' }),
      "a fused kernel, as swapMemory asks, got none: kernel: 'reference' was asked for. Leave swapMemory out.",
    ],
    ['parallelIterations', () => ({ parallelIterations: 1.5 }), 'parallelIterations to be a positive integer, got 1.5'],
    ['kernel', () => ({ kernel: 'fast' }), "kernel to be one of auto, fused, reference, got 'fast'"],
  ];
  test.each(bad)('%s', (_, options, text) => {
    const [fw, bw] = [new GRUCell(2), new LSTMCell(2)] as const;
    const [inputs, chosen] = [ones([2, 4, 3]) as Tensor3D, options()];
    expect(() => expectNoLeak(() => bidirectionalDynamicRnn(fw, bw, inputs, chosen))).toThrow(
      argumentError(`bidirectionalDynamicRnn: expected ${text}`),
    );
    expect([...fw.variables, ...bw.variables]).toEqual([]);
  });

  test('rank', () => {
    const inputs = ones([2, 4]) as unknown as Tensor3D;
    expect(() => bidirectionalDynamicRnn(new GRUCell(2), new GRUCell(2), inputs)).toThrow(
      argumentError('bidirectionalDynamicRnn: expected inputs to have shape [B, T, D], got [2, 4]'),
    );
  });

  test('no backward cell', () => {
    expect(() => bidirectionalDynamicRnn(new GRUCell(2), undefined as unknown as GRUCell, ones([2, 4, 3]))).toThrow(
      argumentError(
        'bidirectionalDynamicRnn: expected cellBw to be an RNNCell, got one without call, stateSize, outputSize',
      ),
    );
  });

  test('a backward cell for inputs of another width: the forward cell stays without weights', () => {
    const [fw, bw] = [new GRUCell(2), new GRUCell(2, { inputSize: 9 })] as const;
    const inputs = ones([2, 4, 3]) as Tensor3D;
    expect(() => expectNoLeak(() => bidirectionalDynamicRnn(fw, bw, inputs))).toThrow(
      'GRUCell.build: expected inputSize 9, for which the weights were made, got 3',
    );
    expect([...fw.variables]).toEqual([]);
  });
});
