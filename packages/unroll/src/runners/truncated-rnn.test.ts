import '@rnn/cells/gradients';
import {
  BasicLSTMCell,
  DropoutWrapper,
  flattenState,
  GRUCell,
  LSTMCell,
  LSTMStateTuple,
  MultiRNNCell,
  type RNNCell,
  type State,
  VariableStore,
} from '@rnn/cells';
import {
  add,
  getBackend,
  grads,
  memory,
  mul,
  ones,
  type Scalar,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
  train,
  transpose,
  variableGrads,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf, tolerance } from 'testing';
import { describe, expect, test } from 'vitest';
import { timeWindows } from '../sequences/time-windows';
import { CountingCell } from '../testing/counting-cell';
import { inputSize } from '../testing/every-cell';
import { dynamicRnn } from './dynamic-rnn';
import { type TruncatedRnnOptions, truncatedRnn } from './truncated-rnn';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });
const values = (state: State) => flattenState(state).flatMap((part) => [...part.dataSync()]);
const swap = (x: Tensor3D): Tensor3D => transpose(x, [1, 0, 2]);

const [B, T] = [4, 7];
const drawn = (seed: number, width = inputSize): Tensor3D => tensor(sequenceOf(B * T * width, seed), [B, T, width]);
const lengths = [7, 0, 4, 1];

describe.each([
  ['auto', false],
  ['reference', false],
  ['auto', true],
] as const)('kernel: %s, timeMajor: %s', (kernel, timeMajor) => {
  test('the gradients of a window are those of dynamicRnn from a constant initial state', () => {
    const cell = new LSTMCell(3, { inputSize, usePeepholes: true });
    const variables = [...cell.variables.values()];
    const [inputs, shares] = [drawn(1), drawn(2)];
    const layout = (x: Tensor3D) => (timeMajor ? swap(x) : x);
    const rnn = truncatedRnn(cell, { batchSize: B, kernel, timeMajor });
    let constant: LSTMStateTuple = cell.zeroState(B);
    for (const window of timeWindows(layout(inputs), 3, { sequenceLength: lengths, timeMajor })) {
      const lossOf = (outputs: Tensor, state: LSTMStateTuple) =>
        add(sum(mul(outputs, window.of(layout(shares)))), sum(mul(state.c, 0.5)));
      const got = grads((x) => lossOf(...rnn.run(window.of(x as Tensor3D), window)))([layout(inputs), ...variables]);
      const options = { sequenceLength: window.sequenceLength, kernel, timeMajor };
      const given = constant;
      const want = grads((x) =>
        lossOf(...dynamicRnn(cell, window.of(x as Tensor3D), { ...options, initialState: given })),
      )([layout(inputs), ...variables]);
      for (const [k, gradient] of got.entries())
        expectClose(gradient, (want[k] as Tensor).dataSync(), tolerance(getBackend()).gradient);
      [, constant] = dynamicRnn(cell, window.of(layout(inputs)), { ...options, initialState: given });
      expectClose(values(rnn.getState()), values(constant));
    }
    rnn.dispose();
  });

  test('no gradient flows from one window into the one before, though one tape sees both', () => {
    const cell = new GRUCell(3, { inputSize });
    const rnn = truncatedRnn(cell, { batchSize: B, kernel, timeMajor });
    const layout = (x: Tensor3D) => (timeMajor ? swap(x) : x);
    const [first, second] = [layout(drawn(1)), layout(drawn(2))];
    const [dFirst, dSecond] = grads((a, b) => {
      rnn.run(a as Tensor3D);
      return sum(rnn.run(b as Tensor3D)[0]);
    })([first, second]) as [Tensor, Tensor];
    expect([...dFirst.dataSync()]).toEqual(new Array(first.size).fill(0));
    rnn.reset();
    rnn.run(first);
    const [want] = grads((b) => sum(rnn.run(b as Tensor3D)[0]))([second]) as [Tensor];
    expectClose(dSecond, want.dataSync());
    rnn.dispose();
  });
});

test('swapMemory and parallelIterations are dynamicRnn’s', () => {
  const cell = new GRUCell(3, { inputSize });
  const inputs = drawn(1);
  const run = (options: Partial<TruncatedRnnOptions>) =>
    truncatedRnn(cell, { batchSize: B, ...options }).run(inputs)[0];
  const want = run({}).dataSync();
  expectClose(run({ swapMemory: true }), want);
  expectClose(run({ kernel: 'reference', parallelIterations: 2 }), want);
});

test('returnSequences: false gives of each row the last output of the window', () => {
  const rnn = truncatedRnn(new CountingCell(1), { batchSize: 2 });
  const x = tensor([1, 2, 3, 4, 5, 6], [2, 3, 1]) as Tensor3D;
  const [last] = rnn.run(x, { returnSequences: false, sequenceLength: [3, 2] });
  expect(last.shape).toEqual([2, 1]);
  expect(values(last)).toEqual([3 * 2, 5 * 1]);
  expect(values(rnn.getState())).toEqual([3, 2]);
});

describe('the state that is carried', () => {
  const counting = (start: number[][]) => {
    const rnn = truncatedRnn(new CountingCell(1), { batchSize: start.length });
    rnn.setState(tensor2d(start));
    return rnn;
  };
  const x = (rows: number, steps: number): Tensor3D => ones([rows, steps, 1]);

  test('begins as the zero state', () => {
    const rnn = truncatedRnn(new LSTMCell(2), { batchSize: 3 });
    const { c, h } = rnn.getState();
    expect([c.shape, h.shape, values({ c, h })]).toEqual([[3, 2], [3, 2], new Array(12).fill(0)]);
  });

  test('begins anew in the rows that are reset, and goes on in the others', () => {
    const rnn = counting([[10], [20], [30]]);
    rnn.run(x(3, 2));
    rnn.reset([false, true, false]);
    expect(values(rnn.getState())).toEqual([12, 0, 32]);
    expect(values(rnn.run(x(3, 2))[0])).toEqual([12, 13, 0, 1, 32, 33]);
    rnn.reset(tensor1d([1, 0, 0], 'bool'));
    expect(values(rnn.getState())).toEqual([0, 2, 34]);
    rnn.reset([false, false, false]);
    expect(values(rnn.getState())).toEqual([0, 2, 34]);
    rnn.reset([true, true, true]);
    expect(values(rnn.getState())).toEqual([0, 0, 0]);
    rnn.run(x(3, 1));
    rnn.reset();
    expect(values(rnn.getState())).toEqual([0, 0, 0]);
    rnn.reset([true, false, true]);
    expect(values(rnn.getState())).toEqual([0, 0, 0]);
  });

  test('of layers begins anew in every part', () => {
    const cell = new MultiRNNCell([new LSTMCell(2), new GRUCell(3)]);
    const rnn = truncatedRnn(cell, { batchSize: B });
    rnn.run(drawn(1));
    const before = values(rnn.getState());
    rnn.reset([false, true, true, false]);
    const widths = [2, 2, 3].flatMap((width) => [0, 1, 2, 3].flatMap((row) => new Array<number>(width).fill(row)));
    expect(values(rnn.getState())).toEqual(
      before.map((value, at) => ([1, 2].includes(widths[at] as number) ? 0 : value)),
    );
    expect(before.every((value) => value !== 0)).toBe(true);
  });

  test('stays in a row that has ended, and in all where a window throws', () => {
    const rnn = counting([[10], [20]]);
    rnn.run(x(2, 3), { sequenceLength: [0, 2] });
    expect(values(rnn.getState())).toEqual([10, 22]);
    class Failing extends CountingCell {
      override call(at: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] {
        if (this.calls === 4) throw new Error('the fifth step failed');
        return super.call(at, h);
      }
    }
    const failing = truncatedRnn(new Failing(1), { batchSize: 2 });
    failing.run(x(2, 3));
    const third = x(2, 3);
    expect(() => expectNoLeak(() => failing.run(third))).toThrow('the fifth step failed');
    expect(values(failing.getState())).toEqual([3, 3]);
  });

  test('is copied on its way in and out', () => {
    const rnn = truncatedRnn(new GRUCell(2, { inputSize: 1 }), { batchSize: 1 });
    const given = tensor2d([[0.25, -0.5]]);
    rnn.setState(given);
    given.dispose();
    rnn.getState().dispose();
    expect(values(rnn.getState())).toEqual([0.25, -0.5]);
    const [, state] = rnn.run(x(1, 2));
    const want = values(state);
    state.dispose();
    expect(values(rnn.getState())).toEqual(want);
  });

  test('is each one’s own where two share a cell', () => {
    const cell = new CountingCell(1);
    const [training, validation] = [1, 1].map(() => truncatedRnn(cell, { batchSize: 1 }));
    training?.run(x(1, 5));
    validation?.run(x(1, 2));
    expect([training, validation].map((rnn) => values(rnn?.getState() as Tensor2D))).toEqual([[5], [2]]);
  });

  test('outlives a tidy, is one tensor a part after any number of windows, and goes with dispose', () => {
    const cell = new LSTMCell(2, { inputSize: 1 });
    const before = memory().numTensors;
    const rnn = truncatedRnn(cell, { batchSize: 2 });
    for (let k = 0; k < 3; k++) tidy(() => void rnn.run(x(2, 2)));
    expect(memory().numTensors).toBe(before + 2);
    tidy(() => rnn.reset([true, false]));
    expect(memory().numTensors).toBe(before + 2);
    rnn.dispose();
    rnn.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

test('a cell learns, and 1,000 windows leave memory flat', () => {
  const cell = new BasicLSTMCell(4);
  cell.build(1, { store: new VariableStore({ seed: 1 }) });
  const rnn = truncatedRnn(cell, { batchSize: 2 });
  const optimizer = train.adam(0.02);
  const variables = [...cell.variables.values()];
  /** A wave, and the same five steps before. */
  const windowOf = (k: number): { x: Tensor3D; y: Tensor3D } => {
    const wave = (t: number, row: number) => Math.sin((2 * Math.PI * (t + 3 * row)) / 12) / 2;
    const at = (shift: number) => [0, 1].flatMap((row) => [0, 1, 2, 3, 4].map((t) => wave(5 * k + t - shift, row)));
    return { x: tensor(at(0), [2, 5, 1]), y: tensor(at(5), [2, 5, 1]) };
  };
  const losses: number[] = [];
  let after100 = { numTensors: 0, numBytes: 0 };
  for (let k = 0; k < 1000; k++) {
    const loss = tidy(() => {
      const { x, y } = windowOf(k);
      const predict = () => slice(rnn.run(x)[0], [0, 0, 0], [2, 5, 1]);
      return optimizer.minimize(() => sum(square(sub(predict(), y))) as Scalar, true, variables) as Scalar;
    });
    losses.push(loss.dataSync()[0] as number);
    loss.dispose();
    if (k === 99) after100 = memory();
  }
  expect(memory().numTensors).toBe(after100.numTensors);
  expect(memory().numBytes).toBe(after100.numBytes);
  const mean = (from: number) => losses.slice(from, from + 50).reduce((total, loss) => total + loss, 0) / 50;
  expect(mean(950)).toBeLessThan(mean(0) / 20);
  rnn.dispose();
  optimizer.dispose();
});

test('a loss that throws leaves nothing but the state, which has moved on', () => {
  const cell = new GRUCell(2, { inputSize: 1 });
  const rnn = truncatedRnn(cell, { batchSize: 1 });
  const x = ones([1, 3, 1]) as Tensor3D;
  rnn.setState(zeros([1, 2]));
  const run = () =>
    variableGrads(() => {
      rnn.run(x);
      throw new Error('no loss');
    });
  expect(() => expectNoLeak(run)).toThrow('no loss');
  expect(values(rnn.getState())).not.toEqual([0, 0]);
});

test('a variational mask is drawn once a window', () => {
  const cell = new DropoutWrapper(new CountingCell(8), { inputKeepProb: 0.5, variationalRecurrent: true, seed: 1 });
  const rnn = truncatedRnn(cell, { batchSize: 1 });
  rnn.setState(ones([1, 8]));
  const kept = () => {
    const outputs = [...rnn.run(ones([1, 3, 8]))[0].dataSync()].map((value) => (value === 0 ? '.' : 'x'));
    return [0, 1, 2].map((t) => outputs.slice(8 * t, 8 * t + 8).join(''));
  };
  const [first, second] = [kept(), kept()];
  expect([new Set(first).size, new Set(second).size]).toEqual([1, 1]);
  expect(first[0]).not.toBe(second[0]);
});

test('variables lie under rnn, or under the scope that is given', () => {
  const names = (scope?: string) => {
    const cell = new GRUCell(2);
    truncatedRnn(cell, { batchSize: 1, scope }).run(ones([1, 2, 3]));
    return [...cell.variables.keys()];
  };
  expect(names()[0]).toBe('rnn/gru_cell/gates/kernel');
  expect(names('language')[0]).toBe('language/gru_cell/gates/kernel');
});

describe('what does not fit gets a sentence, and leaves no weight behind', () => {
  test.each<[string, object | undefined, string]>([
    ['no options', undefined, 'batchSize to be a positive integer, got undefined'],
    ['no rows', { batchSize: 0 }, 'batchSize to be a positive integer, got 0'],
    ['half a row', { batchSize: 1.5 }, 'batchSize to be a positive integer, got 1.5'],
    ['kernel', { batchSize: 1, kernel: 'fast' }, "kernel to be one of auto, fused, reference, got 'fast'"],
    ['timeMajor', { batchSize: 1, timeMajor: 1 }, 'timeMajor to be true or false, got 1'],
  ])('%s', (_, options, text) => {
    expect(() => truncatedRnn(new GRUCell(2), options as TruncatedRnnOptions)).toThrow(
      argumentError(`truncatedRnn: expected ${text}`),
    );
  });

  test('no cell', () => {
    expect(() => truncatedRnn({} as RNNCell, { batchSize: 1 })).toThrow(
      argumentError('truncatedRnn: expected cell to be an RNNCell, got one without call, stateSize, outputSize'),
    );
  });

  test.each<[string, () => [Tensor, object?], Partial<TruncatedRnnOptions>, string]>([
    ['rank', () => [ones([2, 5])], {}, 'inputs to have shape [B, T, D], got [2, 5]'],
    ['rank, time-major', () => [ones([2, 5])], { timeMajor: true }, 'inputs to have shape [T, B, D], got [2, 5]'],
    ['rows', () => [ones([3, 4, 5])], {}, 'inputs of 2 rows, as batchSize says, got 3'],
    [
      'lengths',
      () => [ones([2, 4, 5]), { sequenceLength: [4, 5] }],
      {},
      'sequenceLength to hold integers from 0 to 4, got 5 in row 1',
    ],
    [
      'returnSequences',
      () => [ones([2, 4, 5]), { returnSequences: 0 }],
      {},
      'returnSequences to be true or false, got 0',
    ],
    [
      'swapMemory without a fused kernel',
      () => [ones([2, 4, 5])],
      { swapMemory: true, kernel: 'reference' },
      "a fused kernel, as swapMemory asks, got none: kernel: 'reference' was asked for. Leave swapMemory out.",
    ],
  ])('a window: %s', (_, given, options, text) => {
    const cell = new GRUCell(2);
    const rnn = truncatedRnn(cell, { batchSize: 2, ...options });
    const args = given();
    expect(() => expectNoLeak(() => rnn.run(...(args as [Tensor3D, object?])))).toThrow(
      argumentError(`TruncatedRnn.run: expected ${text}`),
    );
    expect([...cell.variables]).toEqual([]);
  });

  test('a state, and the rows of a reset', () => {
    const rnn = truncatedRnn(new LSTMCell(2), { batchSize: 2 });
    const state = new LSTMStateTuple<Tensor2D>(zeros([2, 2]), zeros([3, 2]));
    expect(() => expectNoLeak(() => rnn.setState(state))).toThrow(
      argumentError(
        'TruncatedRnn.setState: expected state to have shape LSTMStateTuple(c=[2, 2], h=[2, 2]), got LSTMStateTuple(c=[2, 2], h=[3, 2])',
      ),
    );
    expect(() => expectNoLeak(() => rnn.reset([true]))).toThrow(
      argumentError('TruncatedRnn.reset: expected rows to hold one boolean for each of the 2 rows, got 1 of them'),
    );
    expect(() => rnn.reset([1, 0] as unknown as boolean[])).toThrow(
      argumentError('TruncatedRnn.reset: expected rows to hold one boolean for each of the 2 rows, got 1 in row 0'),
    );
    expect(() => rnn.reset(true as unknown as boolean[])).toThrow(
      argumentError('TruncatedRnn.reset: expected rows to hold one boolean for each of the 2 rows, got true'),
    );
  });
});
