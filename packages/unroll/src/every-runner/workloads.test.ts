import { BasicLSTMCell, BasicRNNCell, LSTMCell, LSTMStateTuple, MultiRNNCell } from '@rnn/cells';
import {
  concat,
  matMul,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tensor2d,
  unstack,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { bidirectionalDynamicRnn } from '../runners/bidirectional-dynamic-rnn';
import { dynamicRnn } from '../runners/dynamic-rnn';
import { staticRnn } from '../runners/static-rnn';

describe('the forward pass by hand', () => {
  const before = [
    [0.6, 0.5],
    [1.2923401, 1.39225678],
  ];
  const states = [
    [0.53704957, 0.46211716],
    [0.85973818, 0.88366641],
  ];
  const predictions = [1.56128388, 2.72707101];

  function cell(activation: 'tanh' | 'linear' = 'tanh'): BasicRNNCell {
    const made = new BasicRNNCell(2, { inputSize: 1, activation });
    made.setWeights({
      'basic_rnn_cell/kernel': { shape: [3, 2], data: [0.5, 0.6, 0.1, 0.2, 0.3, 0.4] },
      'basic_rnn_cell/bias': { shape: [2], data: [0.1, -0.1] },
    });
    return made;
  }
  const predict = (state: Tensor) => matMul(state, tensor2d([1, 2], [2, 1])).dataSync()[0] as number;

  test('under staticRnn', () => {
    const initialState = zeros([1, 2]) as Tensor2D;
    const [outputs, state] = staticRnn(cell(), [tensor2d([1], [1, 1]), tensor2d([2], [1, 1])], { initialState });
    for (const [t, output] of outputs.entries()) {
      expectClose(output, states[t] ?? []);
      expect(predict(output) + 0.1).toBeCloseTo(predictions[t] as number, 5);
    }
    expectClose(state, states[1] ?? []);
  });

  test('under dynamicRnn', () => {
    const [outputs, state] = dynamicRnn(cell(), tensor([1, 2], [1, 2, 1]) as Tensor3D);
    expectClose(outputs, states.flat());
    expectClose(state, states[1] ?? []);
    expect(predict(state) + 0.1).toBeCloseTo(predictions[1] as number, 5);
  });

  test('before the activation', () => {
    for (const [t, x] of [1, 2].entries()) {
      const initialState = tensor2d(states[t - 1] ?? [0, 0], [1, 2]);
      const [outputs] = dynamicRnn(cell('linear'), tensor([x], [1, 1, 1]) as Tensor3D, { initialState });
      expectClose(outputs, before[t] ?? []);
    }
  });
});

describe('shapes', () => {
  const inputs = () => tensor(sequenceOf(32 * 40 * 5, 1), [32, 40, 5]) as Tensor3D;

  test('of BasicLSTMCell(128)', () => {
    const cell = new BasicLSTMCell(128);
    expect(cell.stateSize).toEqual(new LSTMStateTuple(128, 128));
    const [outputs, state] = dynamicRnn(cell, inputs());
    expect(outputs.shape).toEqual([32, 40, 128]);
    expect([state.c.shape, state.h.shape]).toEqual([
      [32, 128],
      [32, 128],
    ]);
  });

  test('of MultiRNNCell of 128, 256, 512', () => {
    const cell = new MultiRNNCell([128, 256, 512].map((units) => new BasicLSTMCell(units)));
    const [outputs, states] = dynamicRnn(cell, inputs());
    expect(outputs.shape).toEqual([32, 40, 512]);
    expect(states.map(({ c, h }) => [c.shape, h.shape])).toEqual(
      [128, 256, 512].map((units) => [
        [32, units],
        [32, units],
      ]),
    );
  });

  test('of a bidirectional pair of 128 and 120, the final states joined by hand', () => {
    const [[forward, backward], [stateFw, stateBw]] = bidirectionalDynamicRnn(
      new BasicLSTMCell(128),
      new BasicLSTMCell(120),
      inputs(),
    );
    expect([forward.shape, backward.shape]).toEqual([
      [32, 40, 128],
      [32, 40, 120],
    ]);
    const joined = new LSTMStateTuple(concat([stateFw.c, stateBw.c], 1), concat([stateFw.h, stateBw.h], 1));
    expect([joined.c.shape, joined.h.shape]).toEqual([
      [32, 248],
      [32, 248],
    ]);
  });

  test('of MultiRNNCell of LSTMCell(128), LSTMCell(256)', () => {
    const cell = new MultiRNNCell([new LSTMCell(128), new LSTMCell(256)]);
    const [outputs, state] = dynamicRnn(cell, tensor(sequenceOf(4 * 6 * 5, 1), [4, 6, 5]) as Tensor3D);
    expect(outputs.shape).toEqual([4, 6, 256]);
    expect(state).toHaveLength(2);
    const [first, last] = state;
    expect([first.h.shape, last.h.shape]).toEqual([
      [4, 128],
      [4, 256],
    ]);
  });
});

test('unstack of [[1, 2, 3], [4, 5, 6]] along axis 0 and axis 1', () => {
  const matrix = tensor2d([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const along = (axis: number) => unstack(matrix, axis).map((part) => [...part.dataSync()]);
  expect(along(0)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(along(1)).toEqual([
    [1, 4],
    [2, 5],
    [3, 6],
  ]);
});
