import {
  BasicLSTMCell,
  BasicRNNCell,
  CudnnCompatibleGRUCell,
  DropoutWrapper,
  flattenState,
  GRUCell,
  LSTMCell,
  LSTMStateTuple,
  MultiRNNCell,
  type RNNCell,
  type State,
} from '@rnn/cells';
import '@rnn/cells/gradients';
import {
  grad,
  memory,
  mul,
  ones,
  type Scalar,
  slice,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tensor1d,
  tensor2d,
  variableGrads,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { CountingCell } from '../testing/counting-cell';
import { type DynamicRnnOptions, dynamicRnn } from './dynamic-rnn';

const drawn = (...shape: [number, number, number]) =>
  tensor(sequenceOf(shape[0] * shape[1] * shape[2], 3), shape) as Tensor3D;

describe('a cell that counts, whose answer is x · (h + t)', () => {
  const x = sequenceOf(2 * 4 * 1, 5);
  const inputs = () => tensor(x, [2, 4, 1]) as Tensor3D;
  const initialState = () => tensor2d([10, 20], [2, 1]);

  test('is run over every step', () => {
    const [outputs, state] = dynamicRnn(new CountingCell(1), inputs(), { initialState: initialState() });
    expectClose(
      outputs,
      x.map((entry, k) => entry * ((k < 4 ? 10 : 20) + (k % 4))),
    );
    expectClose(state, [14, 24]);
  });

  test('starts from zero where no initial state is given', () => {
    const [outputs, state] = dynamicRnn(new CountingCell(1), inputs());
    expectClose(
      outputs,
      x.map((entry, k) => entry * (k % 4)),
    );
    expectClose(state, [4, 4]);
  });

  const wanted = x.map((entry, k) => (k % 4 < (k < 4 ? 3 : 1) ? entry * ((k < 4 ? 10 : 20) + (k % 4)) : 0));
  test.each<[string, () => DynamicRnnOptions<Tensor2D>['sequenceLength']]>([
    ['an array', () => [3, 1]],
    ['a typed array', () => new Uint8Array([3, 1])],
    ['an int32 tensor', () => tensor1d([3, 1], 'int32')],
    ['a float32 tensor', () => tensor1d([3, 1])],
  ])('with lengths as %s puts out zeros and keeps its state past them', (_, lengths) => {
    const sequenceLength = lengths();
    const [outputs, state] = dynamicRnn(new CountingCell(1), inputs(), {
      initialState: initialState(),
      ...(sequenceLength && { sequenceLength }),
    });
    expectClose(outputs, wanted);
    expectClose(state, [13, 21]);
  });

  test('takes and gives time-major tensors', () => {
    const timeMajor = tensor(
      x.map((_, k) => x[(k % 2) * 4 + Math.floor(k / 2)] as number),
      [4, 2, 1],
    ) as Tensor3D;
    const options = { initialState: initialState(), sequenceLength: [3, 1], timeMajor: true };
    const [outputs, state] = dynamicRnn(new CountingCell(1), timeMajor, options);
    expect(outputs.shape).toEqual([4, 2, 1]);
    expectClose(
      outputs,
      wanted.map((_, k) => wanted[(k % 2) * 4 + Math.floor(k / 2)] as number),
    );
    expectClose(state, [13, 21]);
  });

  test('is called once a step, and not past the longest length', () => {
    const cell = new CountingCell(1);
    dynamicRnn(cell, inputs());
    expect(cell.calls).toBe(4);
    dynamicRnn(cell, inputs(), { sequenceLength: [2, 1] });
    expect(cell.calls).toBe(6);
  });

  test('needs nothing but call, stateSize and outputSize', () => {
    const plain: RNNCell<Tensor2D> = { stateSize: 1, outputSize: 1, call: (at, h) => [mul(at, 2), h] };
    const [outputs] = dynamicRnn(plain, inputs());
    expectClose(
      outputs,
      x.map((entry) => 2 * entry),
    );
  });

  test('passes gradient to no input past a length, even where that is no number', () => {
    const dirty = tensor(
      x.map((entry, k) => (wanted[k] === 0 ? Number.NaN : entry)),
      [2, 4, 1],
    ) as Tensor3D;
    const options = { initialState: initialState(), sequenceLength: [3, 1] };
    const gradient = grad((at) => sum(dynamicRnn(new CountingCell(1), at as Tensor3D, options)[0]))(dirty);
    expectClose(gradient, [10, 11, 12, 0, 20, 0, 0, 0]);
    expectClose(dynamicRnn(new CountingCell(1), dirty, options)[0], wanted);
  });
});

describe('the state', () => {
  const cells: Record<string, () => RNNCell> = {
    'of an LSTM': () => new LSTMCell(2, { inputSize: 3 }),
    'of a GRU': () => new GRUCell(2, { inputSize: 3 }),
    'of the GRU of cuDNN': () => new CudnnCompatibleGRUCell(2, { inputSize: 3 }),
    'of layers': () => new MultiRNNCell([new LSTMCell(2), new GRUCell(2)]),
    'joined in one tensor': () =>
      new MultiRNNCell([new BasicLSTMCell(2, { stateIsTuple: false }), new BasicRNNCell(2)], { stateIsTuple: false }),
    'of a cell that counts': () => new CountingCell(3),
  };
  const values = (state: State) => flattenState(state).flatMap((part) => [...part.dataSync()]);

  test.each(Object.entries(cells))('%s carries a sequence over two chunks', (_, make) => {
    const cell = make();
    const inputs = drawn(2, 7, 3);
    const [outputs, state] = dynamicRnn(cell, inputs);
    const [first, between] = dynamicRnn(cell, slice(inputs, [0, 0, 0], [2, 4, 3]) as Tensor3D);
    const [second, last] = dynamicRnn(cell, slice(inputs, [0, 4, 0], [2, 3, 3]) as Tensor3D, { initialState: between });
    expectClose(first, slice(outputs, [0, 0, 0], [2, 4, cell.outputSize]).dataSync());
    expectClose(second, slice(outputs, [0, 4, 0], [2, 3, cell.outputSize]).dataSync());
    expectClose(values(last), values(state));
  });

  test.each(Object.entries(cells))(
    '%s comes back as it was given where the length is 0, as other tensors',
    (_, make) => {
      const cell = make();
      const [, initialState] = dynamicRnn(cell, drawn(2, 2, 3));
      for (const [steps, sequenceLength] of [
        [4, [0, 0]],
        [0, [0, 0]],
        [0, undefined],
      ] as const) {
        const options = { initialState, ...(sequenceLength && { sequenceLength }) };
        const [outputs, state] = dynamicRnn(cell, zeros([2, steps, 3]), options);
        expect(outputs.shape).toEqual([2, steps, cell.outputSize]);
        expectClose(outputs, new Array(2 * steps * cell.outputSize).fill(0));
        expectClose(values(state), values(initialState));
        for (const part of flattenState(state)) {
          expect(flattenState(initialState)).not.toContain(part);
          part.dispose();
        }
      }
    },
  );

  test('of an LSTM may be given as a plain object', () => {
    const cell = new LSTMCell(2);
    const initialState = { c: tensor2d(sequenceOf(4, 1), [2, 2]), h: tensor2d(sequenceOf(4, 2), [2, 2]) };
    const [, got] = dynamicRnn(cell, drawn(2, 2, 3), { initialState });
    const [, want] = dynamicRnn(cell, drawn(2, 2, 3), {
      initialState: new LSTMStateTuple(initialState.c, initialState.h),
    });
    expect(got).toBeInstanceOf(LSTMStateTuple);
    expectClose(values(got), values(want));
  });

  test('of no rows is empty', () => {
    const [outputs, state] = dynamicRnn(new LSTMCell(2), zeros([0, 4, 3]), { sequenceLength: [] });
    expect(outputs.shape).toEqual([0, 4, 2]);
    expect(state.c.shape).toEqual([0, 2]);
  });
});

describe('variables', () => {
  const names = (cell: RNNCell) => [...(cell.variables ?? new Map()).keys()];

  test('lie under rnn', () => {
    const cell = new BasicLSTMCell(2);
    dynamicRnn(cell, ones([1, 2, 3]));
    expect(names(cell)).toEqual(['rnn/basic_lstm_cell/kernel', 'rnn/basic_lstm_cell/bias']);
  });

  test('lie under the scope that is given', () => {
    const cell = new MultiRNNCell([new GRUCell(2, { name: 'first' }), new BasicRNNCell(2)]);
    dynamicRnn(cell, ones([1, 2, 3]), { scope: 'decoder' });
    expect(names(cell)).toEqual([
      'decoder/multi_rnn_cell/cell_0/first/gates/kernel',
      'decoder/multi_rnn_cell/cell_0/first/gates/bias',
      'decoder/multi_rnn_cell/cell_0/first/candidate/kernel',
      'decoder/multi_rnn_cell/cell_0/first/candidate/bias',
      'decoder/multi_rnn_cell/cell_1/basic_rnn_cell/kernel',
      'decoder/multi_rnn_cell/cell_1/basic_rnn_cell/bias',
    ]);
  });

  test('keep the names that they have, and are shared by every run', () => {
    const cell = new BasicRNNCell(2, { inputSize: 3 });
    const inputs = ones([1, 2, 3]) as Tensor3D;
    const before = memory().numTensors;
    const [outputs, state] = dynamicRnn(cell, inputs, { scope: 'other' });
    outputs.dispose();
    state.dispose();
    expect(memory().numTensors).toBe(before);
    expect(names(cell)).toEqual(['basic_rnn_cell/kernel', 'basic_rnn_cell/bias']);
  });
});

describe('dropout', () => {
  const dropped = (variationalRecurrent: boolean) =>
    new DropoutWrapper(new CountingCell(8), { inputKeepProb: 0.5, variationalRecurrent, seed: 1 });
  /** Which inputs a run kept, for each step `[T][B · D]`. */
  const kept = (cell: RNNCell<Tensor2D>): string[] => {
    const options = { initialState: ones([2, 8]) as Tensor2D, timeMajor: true };
    const values = [...dynamicRnn(cell, ones([5, 2, 8]), options)[0].dataSync()];
    return Array.from({ length: 5 }, (_, t) =>
      values
        .slice(t * 16, (t + 1) * 16)
        .map((x) => (x === 0 ? '.' : 'x'))
        .join(''),
    );
  };

  test('variational: one mask for all steps of a run, another in the next', () => {
    const cell = dropped(true);
    const [first, second] = [kept(cell), kept(cell)];
    expect(new Set(first).size).toBe(1);
    expect(new Set(second).size).toBe(1);
    expect(first[0]).not.toBe(second[0]);
    expect(first[0]).toMatch(/\./);
  });

  test('ordinary: another mask at each step', () => {
    expect(new Set(kept(dropped(false))).size).toBe(5);
  });

  test('works within layers, whose other cells run as whole sequences', () => {
    const cell = new MultiRNNCell([new GRUCell(8, { inputSize: 8 }), dropped(true)]);
    const initialState: [Tensor2D, Tensor2D] = [zeros([2, 8]), ones([2, 8])];
    const [outputs] = dynamicRnn(cell, drawn(2, 5, 8), { initialState });
    const values = outputs.dataSync();
    const silent = Array.from({ length: 16 }, (_, k) => k).filter((k) =>
      [0, 1, 2, 3, 4].every((t) => values[Math.floor(k / 8) * 40 + t * 8 + (k % 8)] === 0),
    );
    expect(silent.length).toBeGreaterThan(2);
    expect(silent.length).toBeLessThan(14);
  });
});

describe('swapMemory', () => {
  test.each([
    ['an LSTM', () => new LSTMCell(3, { inputSize: 5, usePeepholes: true })],
    ['layers', () => new MultiRNNCell([new GRUCell(4), new BasicLSTMCell(3)])],
  ])('swapMemory changes no output and, to rounding, no gradient: %s', (_, make) => {
    const cell = make() as RNNCell;
    const inputs = drawn(2, 11, 5);
    const run = (swapMemory: boolean) => (at: Tensor) =>
      dynamicRnn(cell, at as Tensor3D, { sequenceLength: [11, 7], swapMemory })[0];
    expect(run(true)(inputs).dataSync()).toEqual(run(false)(inputs).dataSync());
    const gradient = (swapMemory: boolean) => grad((at) => sum(mul(run(swapMemory)(at), run(false)(inputs))))(inputs);
    expectClose(gradient(true), gradient(false).dataSync());
  });

  test('swapMemory: false is the default', () => {
    expect(dynamicRnn(new LSTMCell(3), drawn(2, 4, 5), { swapMemory: false, dtype: 'float32' })[0].shape).toEqual([
      2, 4, 3,
    ]);
  });
});

test.each([
  ['an LSTM with all it has', () => new LSTMCell(7, { inputSize: 5, usePeepholes: true, numProj: 4 }), 3e7],
  ['a GRU', () => new GRUCell(7, { inputSize: 5 }), 8e7],
])('gradients do not change when the loss makes the memory of TensorFlow.js grow: %s', (_, make, most) => {
  const cell = make() as RNNCell;
  const variables = [...(cell.variables?.values() ?? [])];
  const inputs = drawn(4, 9, 5);
  const gradients = (kernel: 'fused' | 'reference', more = 0) => {
    const loss = (x: Tensor) => {
      const [outputs] = dynamicRnn(cell, x as Tensor3D, { kernel, sequenceLength: [9, 4, 0, 7] });
      zeros([more]);
      return sum(mul(outputs, outputs)) as Scalar;
    };
    // First that of the inputs: the memory grows once, while their gradient is to come.
    const ofInputs = grad(loss)(inputs);
    const { grads: ofVariables } = variableGrads(() => loss(inputs), variables);
    return [ofInputs, ...variables.map(({ name }) => ofVariables[name] as Tensor)];
  };
  const want = gradients('reference');
  // More floats than the memory has room for.
  for (const [k, gradient] of gradients('fused', most).entries()) expectClose(gradient, (want[k] as Tensor).dataSync());
});
