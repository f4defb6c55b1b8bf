import '@rnn/cells/gradients';
import {
  BasicLSTMCell,
  BasicRNNCell,
  DropoutWrapper,
  flattenState,
  GRUCell,
  LSTMCell,
  LSTMStateTuple,
  MultiRNNCell,
  type RNNCell,
  type State,
} from '@rnn/cells';
import {
  dispose,
  fill,
  getBackend,
  grad,
  memory,
  ones,
  profile,
  type Rank,
  stack,
  sum,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tensor2d,
  tidy,
  unstack,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { CountingCell } from '../testing/counting-cell';
import { onToyBackend } from '../testing/toy-backend';
import { dynamicRnn } from './dynamic-rnn';
import { type StreamOptions, stream } from './stream';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });
const values = (state: State) => flattenState(state).flatMap((part) => [...part.dataSync()]);

/** `[B, T, D]` as T readings `[B, D]`, one after the other. */
const readings = (inputs: Tensor3D): Tensor2D[] => unstack(inputs, 1) as Tensor2D[];
const drawn = (B: number, T: number, D: number, seed = 1): Tensor3D => tensor(sequenceOf(B * T * D, seed), [B, T, D]);

describe.each<[string, () => RNNCell]>([
  ['BasicRNNCell', () => new BasicRNNCell(4)],
  ['LSTMCell', () => new LSTMCell(4, { usePeepholes: true, numProj: 3 })],
  ['layers', () => new MultiRNNCell([new GRUCell(4), new BasicLSTMCell(3)])],
])("kernel: 'fused', %s", (_, make) => {
  test('gives the same for one row', () => {
    const cell = make();
    const inputs = drawn(1, 5, 3);
    const [outputs] = dynamicRnn(cell, inputs);
    const served = stream(cell, { kernel: 'fused' });
    expectClose(
      stack(
        readings(inputs).map((x) => served.step(x)),
        1,
      ),
      outputs.dataSync(),
    );
    expect(`${served.explain(ones([1, 3]))}`).toMatch(/^\w+Sequence.* on \w+, (WebAssembly|WGSL), /);
  });
});

describe('the state', () => {
  const counting = (start: number[][], options: StreamOptions = {}) => {
    const served = stream(new CountingCell(1), { batchSize: start.length, ...options });
    served.setState(tensor2d(start));
    return served;
  };
  const x = (rows: number): Tensor2D => ones([rows, 1]);

  test('begins as the zero state of one row', () => {
    const { c, h } = stream(new LSTMCell(2)).getState();
    expect([c.shape, h.shape, values({ c, h })]).toEqual([
      [1, 2],
      [1, 2],
      [0, 0, 0, 0],
    ]);
  });

  test('begins anew in all rows, or in those that are reset', () => {
    const served = counting([[10], [20], [30]]);
    expect(values(served.step(x(3)))).toEqual([10, 20, 30]);
    served.reset([false, true, false]);
    expect(values(served.step(x(3)))).toEqual([11, 0, 31]);
    served.reset();
    expect(values(served.step(x(3)))).toEqual([0, 0, 0]);
    expect(values(served.getState())).toEqual([1, 1, 1]);
  });

  test('is one of its own in each stream on a cell', () => {
    const cell = new GRUCell(3, { inputSize: 2 });
    const [left, right] = [drawn(1, 4, 2, 1), drawn(1, 4, 2, 2)];
    const [first, second] = [stream(cell), stream(cell)];
    const outputs = readings(left).map((x, t) => [first.step(x), second.step(readings(right)[t] as Tensor2D)] as const);
    expectClose(
      stack(
        outputs.map(([output]) => output),
        1,
      ),
      dynamicRnn(cell, left)[0].dataSync(),
    );
    expectClose(
      stack(
        outputs.map(([, output]) => output),
        1,
      ),
      dynamicRnn(cell, right)[0].dataSync(),
    );
    first.dispose();
    expectClose(second.getState(), dynamicRnn(cell, right)[1].dataSync());
  });

  test('is copied on its way in and out, so that a stream can go back to where it was', () => {
    const served = counting([[5]]);
    const before = served.getState();
    served.step(x(1));
    served.step(x(1));
    expect(values(served.getState())).toEqual([7]);
    served.setState(before);
    before.dispose();
    expect(values(served.step(x(1)))).toEqual([5]);
  });

  test('stays where a step throws', () => {
    class Failing extends CountingCell {
      override call(at: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] {
        if (this.calls === 2) throw new Error('the third step failed');
        return super.call(at, h);
      }
    }
    const served = stream(new Failing(1));
    const reading = x(1);
    for (const _ of [1, 2]) served.step(reading);
    expect(() => expectNoLeak(() => served.step(reading))).toThrow('the third step failed');
    expect(values(served.getState())).toEqual([2]);
  });

  test('is a constant to what is differentiated', () => {
    const served = stream(new GRUCell(2, { inputSize: 1 }));
    const gradient = grad((first) => {
      served.step(first as Tensor2D);
      return sum(served.step(x(1)));
    })(x(1));
    expect(values(gradient)).toEqual([0]);
  });
});

test('an output can be disposed without harm to the state, the inputs or other outputs', () => {
  const same: RNNCell<Tensor2D> = { stateSize: 2, outputSize: 2, call: (x) => [x, x] };
  for (const cell of [same, new GRUCell(2, { inputSize: 2 }), new CountingCell(2)] as RNNCell[]) {
    const served = stream(cell);
    const x = ones<Rank.R2>([1, 2]);
    const output = served.step(x);
    output.dispose();
    x.dispose();
    expect(values(served.getState()).every(Number.isFinite)).toBe(true);
    expect(served.step(ones([1, 2])).shape).toEqual([1, 2]);
  }
});

test.each<[number, string, () => RNNCell, StreamOptions]>([
  [10_000, 'an LSTM', () => new LSTMCell(3, { inputSize: 2 }), {}],
  [2_000, 'an LSTM, fused', () => new LSTMCell(3, { inputSize: 2 }), { kernel: 'fused' }],
  [2_000, 'layers of eight rows', () => new MultiRNNCell([new GRUCell(3), new BasicRNNCell(2)]), { batchSize: 8 }],
  [10_000, 'a third party’s cell', () => new CountingCell(2), {}],
])('%i steps leave memory flat: %s', (steps, _, make, options) => {
  const served = stream(make(), options);
  const x = ones<Rank.R2>([options.batchSize ?? 1, 2]);
  served.step(x).dispose();
  const { numTensors, numBytes } = memory();
  for (let t = 0; t < steps / 2; t++) served.step(x).dispose();
  tidy(() => {
    for (let t = 0; t < steps / 2; t++) served.step(x);
  });
  expect(memory()).toMatchObject({ numTensors, numBytes });
  const parts = flattenState(served.getState());
  dispose(parts);
  served.dispose();
  expect(memory().numTensors).toBe(numTensors - parts.length);
});

describe('the kernel', () => {
  const lstm = () => new BasicLSTMCell(4);
  const basic = () => new BasicRNNCell(4);
  const text = (batchSize: number, options: StreamOptions, cell: RNNCell = lstm()) =>
    `${stream(cell, { batchSize, ...options }).explain(ones([batchSize, 3]))}`;

  test('is told by explain, which makes no weights', () => {
    const cell = lstm();
    const served = stream(cell);
    served.explain(ones([1, 3]));
    expect([...cell.variables]).toEqual([]);
    expect(text(1, { kernel: 'fused' })).toMatch(/^lstmSequence on \w+, (WebAssembly|WGSL), /);
    expect(text(8, {})).toMatch(/^lstmSequence on \w+, (WebAssembly|WGSL), /);
    expect(text(8, { kernel: 'reference' })).toBe(
      `BasicLSTMCell step by step on ${getBackend()}, stock operations: kernel: 'reference' was asked for`,
    );
    expect(text(8, {}, new CountingCell(3))).toBe(
      `CountingCell step by step on ${getBackend()}, stock operations: CountingCell does not declare its recurrence, so it is called step by step`,
    );
  });

  test('is stock operations where those are faster: for few rows of a basic cell on wasm', () => {
    const steps =
      'BasicRNNCell step by step on wasm, stock operations: one step of fewer than 8 rows of a basic cell is faster so';
    for (const rows of [1, 7]) {
      if (getBackend() === 'wasm') expect(text(rows, {}, basic())).toBe(steps);
      else expect(text(rows, {}, basic())).toMatch(/^rnnSequence on (cpu|tensorflow|webgpu), (WebAssembly|WGSL), /);
    }
    expect(text(8, {}, basic())).toMatch(/^rnnSequence on \w+, (WebAssembly|WGSL), /);
    expect(text(1, { kernel: 'fused' }, basic())).toMatch(/^rnnSequence on \w+, (WebAssembly|WGSL), /);
    expect(text(1, {})).toMatch(/^lstmSequence on \w+, (WebAssembly|WGSL), /);
    const mixed = new MultiRNNCell([basic(), lstm()]);
    expect(text(1, {}, mixed)).toMatch(
      /^rnnSequence on \w+, (WebAssembly|WGSL), .*; lstmSequence on \w+, (WebAssembly|WGSL), /,
    );
  });

  test.each<[StreamOptions, boolean]>([
    [{ batchSize: 1 }, true],
    [{ batchSize: 8, kernel: 'reference' }, false],
    [{ batchSize: 1, kernel: 'fused' }, true],
  ])('is the one that explain tells: %o', async (options, fused) => {
    const served = stream(lstm(), options);
    const x = ones<Rank.R2>([options.batchSize ?? 1, 3]);
    const { kernels } = await profile(() => served.step(x));
    expect(kernels.some(({ name }) => /^Rnn(LayeredSequences|WebgpuLstm)$/.test(name))).toBe(fused);
    expect(served.explain(x).layers[0]?.kernel).toBe(fused ? 'fused' : 'reference');
  });

  describe('on a backend without fused kernels', () => {
    onToyBackend();

    test('is stock operations', () => {
      expect(text(8, {})).toMatch(/^BasicLSTMCell step by step on toy, stock operations: /);
      const cell = lstm();
      const inputs = drawn(2, 3, 3);
      const served = stream(cell, { batchSize: 2 });
      expectClose(
        stack(
          readings(inputs).map((x) => served.step(x)),
          1,
        ),
        dynamicRnn(cell, inputs)[0].dataSync(),
        1e-5,
      );
    });
  });
});

test('a variational mask, where a stream is for training, is drawn once, and again when all rows are reset', () => {
  const cell = new DropoutWrapper(new CountingCell(8), { inputKeepProb: 0.5, variationalRecurrent: true, seed: 1 });
  const served = stream(cell, { training: true });
  const kept = () =>
    [1, 2, 3].map(() => {
      served.setState(ones([1, 8]));
      return [...served.step(ones([1, 8])).dataSync()].map((value) => (value === 0 ? '.' : 'x')).join('');
    });
  const first = kept();
  served.reset();
  const second = kept();
  expect([new Set(first).size, new Set(second).size]).toEqual([1, 1]);
  expect(first[0]).not.toBe(second[0]);
});

test('a stream serves: it drops nothing', () => {
  const cell = new DropoutWrapper(new CountingCell(8), { inputKeepProb: 0.5, stateKeepProb: 0.5, seed: 1 });
  const [served, bare] = [stream(cell), stream(new CountingCell(8))];
  for (const x of [1, 2, 3]) {
    const inputs = fill([1, 8], x) as Tensor2D;
    expect(served.step(inputs).dataSync()).toEqual(bare.step(inputs).dataSync());
  }
});

test('variables lie under rnn, or under the scope that is given, and dispose leaves them', () => {
  const names = (scope?: string) => {
    const cell = new GRUCell(2);
    const served = stream(cell, { scope });
    served.step(ones([1, 3]));
    served.dispose();
    return [...cell.variables.keys()];
  };
  expect(names()[0]).toBe('rnn/gru_cell/gates/kernel');
  expect(names('served')[0]).toBe('served/gru_cell/gates/kernel');
});

describe('what does not fit gets a sentence, and leaves no weight behind', () => {
  test.each<[string, object, string]>([
    ['no rows', { batchSize: 0 }, 'batchSize to be a positive integer, got 0'],
    ['half a row', { batchSize: 0.5 }, 'batchSize to be a positive integer, got 0.5'],
    ['kernel', { kernel: 'fast' }, "kernel to be one of auto, fused, reference, got 'fast'"],
    [
      'dtype',
      { dtype: 'int32' },
      "dtype to be 'float32', got 'int32'. TensorFlow.js has no other floating-point type.",
    ],
  ])('%s', (_, options, text) => {
    expect(() => stream(new GRUCell(2), options)).toThrow(argumentError(`stream: expected ${text}`));
  });

  test('no cell', () => {
    expect(() => stream({} as RNNCell)).toThrow(
      argumentError('stream: expected cell to be an RNNCell, got one without call, stateSize, outputSize'),
    );
  });

  test.each<[string, () => unknown, string]>([
    ['a sequence', () => ones([2, 4, 5]), 'inputs to have shape [B, D], got [2, 4, 5]'],
    ['an array', () => [[1, 2]], 'inputs to be a tensor [B, D], got an array'],
    ['dtype', () => ones([2, 5], 'int32'), 'inputs of dtype float32, got int32. Cast it first.'],
    ['rows', () => ones([1, 5]), 'inputs of 2 rows, as batchSize says, got 1'],
  ])('a step: %s', (_, make, text) => {
    const cell = new GRUCell(2);
    const served = stream(cell, { batchSize: 2 });
    const inputs = make() as Tensor2D;
    expect(() => expectNoLeak(() => served.step(inputs))).toThrow(argumentError(`Stream.step: expected ${text}`));
    expect(() => served.explain(inputs)).toThrow(argumentError(`Stream.explain: expected ${text}`));
    expect([...cell.variables]).toEqual([]);
  });

  test('another width than the first', () => {
    const served = stream(new GRUCell(2));
    served.step(ones([1, 3]));
    const wider = ones<Rank.R2>([1, 4]);
    expect(() => expectNoLeak(() => served.step(wider))).toThrow(
      argumentError(
        'GRUCell.build: expected inputSize 3, for which the weights were made, got 4. A cell has one input size; make another cell for the other inputs.',
      ),
    );
  });

  test('a fused kernel where there is none', () => {
    const served = stream(new CountingCell(3), { kernel: 'fused' });
    const x = ones<Rank.R2>([1, 3]);
    expect(() => expectNoLeak(() => served.step(x))).toThrow(
      argumentError(
        "Stream.step: expected a fused kernel, as kernel: 'fused' asks, got none: CountingCell does not declare its recurrence, so it is called step by step. Use kernel: 'auto'.",
      ),
    );
  });

  test('a cell that breaks its promises', () => {
    const wide: RNNCell<Tensor2D> = { stateSize: 2, outputSize: 9, call: (x, h) => [x, h] };
    const served = stream(wide);
    const x = ones<Rank.R2>([1, 3]);
    expect(() => expectNoLeak(() => served.step(x))).toThrow(
      argumentError(
        'a cell without a class, called by a runner: expected an output of shape [1, 9], as outputSize says, got [1, 3]',
      ),
    );
  });

  test('a state, and the rows of a reset', () => {
    const served = stream(new LSTMCell(2));
    const wide = new LSTMStateTuple<Tensor2D>(zeros([1, 3]), zeros([1, 2]));
    expect(() => expectNoLeak(() => served.setState(wide))).toThrow(
      argumentError(
        'Stream.setState: expected state to have shape LSTMStateTuple(c=[1, 2], h=[1, 2]), got LSTMStateTuple(c=[1, 3], h=[1, 2])',
      ),
    );
    expect(() => served.reset([true, false])).toThrow(
      argumentError('Stream.reset: expected rows to hold one boolean for each of the 1 rows, got 2 of them'),
    );
  });
});
