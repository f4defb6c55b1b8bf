import '@rnn/cells/gradients';
import {
  BasicLSTMCell,
  BasicRNNCell,
  flattenState,
  GRUCell,
  LSTMCell,
  LSTMStateTuple,
  MultiRNNCell,
  type RNNCell,
  tidyState,
} from '@rnn/cells';
import {
  add,
  argMax,
  concat,
  dot,
  equal,
  gather,
  getBackend,
  grads,
  lessEqual,
  matMul,
  mul,
  ones,
  profile,
  type Rank,
  reshape,
  type Scalar,
  scalar,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
  transpose,
  unstack,
  type Variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { centralDifferences, expectClose, expectNoLeak, sequenceOf, tolerance } from 'testing';
import { describe, expect, test } from 'vitest';
import { dynamicRnn } from './dynamic-rnn';
import { type LoopFunction, rawRnn } from './raw-rnn';
import { staticRnn } from './static-rnn';
import { CountingCell } from './testing/counting-cell';
import { dynamicAsRaw } from './testing/dynamic-as-raw';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });
const values = (t: Tensor) => [...t.dataSync()];

/** T steps of B rows of D numbers, different at every step. */
const drawnSteps = (T: number, B: number, D: number, seed = 5): Tensor2D[] =>
  Array.from({ length: T }, (_, t) => tensor(sequenceOf(B * D, seed + t), [B, D]));

describe('a cell that counts, whose answer is x · (h + t)', () => {
  const steps = () => [tensor2d([[1], [2]]), tensor2d([[3], [4]]), tensor2d([[5], [6]])];
  const initialState = () => tensor2d([[10], [20]]);

  test('under the loop function of dynamicRnn gives what dynamicRnn gives', () => {
    const [outputs, state] = dynamicAsRaw(new CountingCell(1), steps(), { initialState: initialState() });
    expect(outputs.shape).toEqual([3, 2, 1]);
    expect(values(outputs)).toEqual([10, 40, 33, 84, 60, 132]);
    expect(values(state)).toEqual([13, 23]);
  });

  test.each([
    { lengths: [1, 2], outputs: [10, 40, 0, 84], state: [11, 22] },
    { lengths: [0, 3], outputs: [0, 40, 0, 84, 0, 132], state: [10, 23] },
    { lengths: [3, 1], outputs: [10, 40, 33, 0, 60, 0], state: [13, 21] },
    { lengths: [0, 0], outputs: [], state: [10, 20] },
  ])('with lengths $lengths ends when all rows are finished', ({ lengths, ...want }) => {
    const cell = new CountingCell(1);
    const [outputs, state] = dynamicAsRaw(cell, steps(), { initialState: initialState(), lengths });
    expect(outputs.shape).toEqual([Math.max(...lengths), 2, 1]);
    expect(values(outputs)).toEqual(want.outputs);
    expect(values(state)).toEqual(want.state);
    expect(cell.calls).toBe(Math.max(...lengths));
  });

  test('is told the time and what the cell gave, and null where there is nothing yet', () => {
    const seen: unknown[] = [];
    const given = steps();
    rawRnn(new CountingCell(1), (time, output, state, loopState: number | null) => {
      seen.push([time, output && values(output), state && values(state), loopState]);
      return [[time >= 1, time >= 2], given[time], state ?? initialState(), output, (loopState ?? 100) + 1];
    });
    expect(seen).toEqual([
      [0, null, null, null],
      [1, [10, 40], [11, 21], 101],
      // The cell goes on in row 0, which is finished; what it gives there shows nowhere else.
      [2, [33, 84], [12, 22], 102],
    ]);
  });

  test('a loop state of null leaves the one before', () => {
    const seen: unknown[] = [];
    const [, , last] = rawRnn(new CountingCell(1), (time, output, state, loopState: string | null) => {
      seen.push(loopState);
      const next = [null, 'first', null, 'second', null][time] as string | null;
      return [[time >= 4], tensor2d([[time]]), state ?? zeros([1, 1]), output, next];
    });
    expect(seen).toEqual([null, null, 'first', 'first', 'second']);
    expect(last).toBe('second');
  });

  test('a row that was finished stays so, whatever the loop function says later', () => {
    const given = steps();
    const [outputs, state] = rawRnn(new CountingCell(1), (time, output, state: Tensor2D | null) => [
      [time === 1, time === 3],
      given[time],
      state ?? initialState(),
      output,
      null,
    ]);
    expect(values(outputs)).toEqual([10, 40, 0, 84, 0, 132]);
    expect(values(state)).toEqual([11, 23]);
  });

  test('takes the finished rows as a boolean tensor too', () => {
    const given = steps();
    const lengths = tensor1d([1, 3]);
    const [outputs] = rawRnn(new CountingCell(1), (time, output, state: Tensor2D | null) => [
      lessEqual(lengths, time),
      given[time],
      state ?? initialState(),
      output,
      null,
    ]);
    expect(values(outputs)).toEqual([10, 40, 0, 84, 0, 132]);
  });

  test('may be given another state than it gave', () => {
    const given = steps();
    const [outputs] = rawRnn(new CountingCell(1), (time, output, state: Tensor2D | null) => [
      [time >= 3, time >= 3],
      given[time],
      state === null ? initialState() : add<Tensor2D>(state, 100 * time),
      output,
      null,
    ]);
    expect(values(outputs)).toEqual([10, 40, 3 * 111, 4 * 121, 5 * 312, 6 * 322]);
  });

  test('is stopped by maximumIterations where no row finishes', () => {
    const cell = new CountingCell(1);
    const forever: LoopFunction<Tensor2D, Tensor2D, number> = (time, output, state) => [
      [false],
      tensor2d([[time]]),
      state ?? tensor2d([[1]]),
      output,
      time,
    ];
    const [outputs, state, time] = rawRnn(cell, forever, { maximumIterations: 4 });
    expect(values(outputs)).toEqual([0, 2, 6, 12]);
    expect(values(state)).toEqual([5]);
    expect(time).toBe(4);
    expect(rawRnn(cell, forever, { maximumIterations: 0 })[0].shape).toEqual([0, 1, 1]);
  });

  test('of no rows has nothing to do', () => {
    const [outputs, state] = dynamicAsRaw(new CountingCell(1), [zeros<Rank.R2>([0, 1])]);
    expect(outputs.shape).toEqual([0, 0, 1]);
    expect(state.shape).toEqual([0, 1]);
  });
});

describe('what is emitted', () => {
  test('may be the states, which are then those that staticRnn reports', () => {
    const cell = new MultiRNNCell([new LSTMCell(2), new GRUCell(3)]);
    const steps = drawnSteps(4, 2, 3);
    const lengths = [4, 2];
    const structure: [LSTMStateTuple<Tensor>, Tensor] = [new LSTMStateTuple(zeros([2]), zeros([2])), zeros([3])];
    const [[lstm, gru], [last]] = rawRnn(cell, (time, _, state: [LSTMStateTuple, Tensor2D] | null) => [
      lengths.map((length) => time >= length),
      steps[time],
      state ?? cell.zeroState(2),
      state ?? structure,
      null,
    ]);
    expect([lstm.c.shape, lstm.h.shape, gru.shape]).toEqual([
      [4, 2, 2],
      [4, 2, 2],
      [4, 2, 3],
    ]);
    const want: number[][][] = [[], [], []];
    staticRnn(cell, steps, {
      onStep: ({ state }) => {
        for (const [k, part] of flattenState(state).entries()) want[k]?.push(values(part));
      },
    });
    for (const [k, part] of [lstm.c, lstm.h, gru].entries()) {
      const width = part.shape[2] as number;
      // Past its length a row emits zeros.
      const masked = want[k]?.map((step, t) => step.map((value, at) => (at >= width && t >= 2 ? 0 : value)));
      expectClose(part, masked?.flat() ?? []);
    }
    const [, [wantLast]] = staticRnn(cell, steps, { sequenceLength: lengths });
    expectClose(last.c, wantLast.c.dataSync());
  });

  test('may be of any shape and dtype for a row', () => {
    const [[ids, maps]] = rawRnn(new CountingCell(2), (time, output, state: Tensor2D | null) => [
      [time >= 1, time >= 2],
      tensor2d([
        [time, 1],
        [2, 3],
      ]),
      state ?? ones([2, 2]),
      output === null
        ? [scalar(0, 'int32'), zeros([2, 1])]
        : [tensor1d([7 + time, 8 + time], 'int32'), reshape(output, [2, 2, 1])],
      null,
    ]);
    expect([ids?.shape, ids?.dtype, maps?.shape]).toEqual([[2, 2], 'int32', [2, 2, 2, 1]]);
    expect(values(ids as Tensor)).toEqual([8, 9, 0, 10]);
    expect(values(maps as Tensor)).toEqual([0, 1, 2, 3, 0, 0, 4, 6]);
  });

  test('has its shapes where no step is run', () => {
    const [[ids]] = rawRnn(new CountingCell(2), () => [[true], undefined, ones([1, 2]), [scalar(0, 'int32')], null]);
    expect([ids?.shape, ids?.dtype]).toEqual([[0, 1], 'int32']);
  });
});

describe('a cell that reads its own predictions', () => {
  const [B, H, V] = [3, 4, 5];
  const given = () => {
    const cell = new BasicRNNCell(H, { inputSize: V });
    cell.setWeights({
      'basic_rnn_cell/kernel': { shape: [V + H, H], data: sequenceOf((V + H) * H, 10).map((w) => 2 * w) },
      'basic_rnn_cell/bias': { shape: [H], data: sequenceOf(H, 11) },
    });
    const softmax = tensor2d(sequenceOf(H * V, 12), [H, V]);
    const embedding = tensor2d(sequenceOf(V * V, 13), [V, V]);
    return { cell, softmax, embedding, start: [1, 3, 4], end: 0 };
  };

  /** Rows one by one, in float64, until each has said the last word. */
  function byHand(longest: number): number[][] {
    const { cell, softmax, embedding, start, end } = given();
    const [kernel, bias] = [...cell.variables.values()].map(values) as [number[], number[]];
    const [outOf, into] = [values(softmax), values(embedding)];
    return start.map((first) => {
      const said: number[] = [];
      let [word, h] = [first, new Array<number>(H).fill(0)];
      while (said.length < longest && said.at(-1) !== end) {
        const joined = [...into.slice(word * V, (word + 1) * V), ...h];
        h = h.map((_, j) =>
          Math.tanh(joined.reduce((sum, x, i) => sum + x * (kernel[i * H + j] as number), bias[j] as number)),
        );
        const logits = Array.from({ length: V }, (_, v) =>
          h.reduce((sum, x, i) => sum + x * (outOf[i * V + v] as number), 0),
        );
        word = logits.indexOf(Math.max(...logits));
        said.push(word);
      }
      return said;
    });
  }

  const speak = (maximumIterations: number) => {
    const { cell, softmax, embedding, start, end } = given();
    return rawRnn(
      cell,
      (time, output, state, words: Tensor1D | null) => {
        const next = output === null ? tensor1d(start, 'int32') : (argMax(matMul(output, softmax), 1) as Tensor1D);
        return [
          time === 0 ? [false, false, false] : equal<Tensor1D>(next, end),
          gather(embedding, next),
          state ?? cell.zeroState(B),
          words === null ? scalar(0, 'int32') : next,
          next,
        ];
      },
      { maximumIterations },
    );
  };

  test('says what a loop over rows says, and stops when all have said the last word', () => {
    const want = byHand(12);
    const [words, , last] = speak(12);
    expect(want.map((row) => row.length)).toEqual([5, 2, 3]);
    expect(words.shape).toEqual([5, B]);
    expect(values(words)).toEqual(Array.from({ length: 5 * B }, (_, at) => want[at % B]?.[Math.floor(at / B)] ?? 0));
    expect(last.shape).toEqual([B]);
  });

  test('leaves nothing but what it returns, its loop state among it', () => {
    const cell = new GRUCell(4, { inputSize: 4 });
    expectNoLeak(() =>
      tidyState(() =>
        rawRnn(cell, (time, output, state, seen: { sum: Tensor } | null) => [
          [time >= 3, time >= 5],
          output ?? ones([2, 4]),
          state ?? cell.zeroState(2),
          output,
          { sum: output === null ? scalar(0) : add((seen as { sum: Tensor }).sum, sum(output)) },
        ]),
      ),
    );
  });

  test('has gradients to its weights, its first input and its first state, those of central differences', () => {
    const cell = new BasicLSTMCell(3, { inputSize: 3 });
    const variables = [...cell.variables.values()] as Variable[];
    const drawn = variables.map(({ size }, k) => sequenceOf(size, 20 + k));
    const at = [...drawn, sequenceOf(6, 30), sequenceOf(6, 31), sequenceOf(6, 32)];
    const shares = tensor1d(sequenceOf(5 * 2 * 3 + 6, 33));
    const lengths = [5, 2];
    const loss = (first: Tensor, c: Tensor, h: Tensor): Scalar =>
      tidy(() => {
        const [outputs, state] = rawRnn(cell, (time, output, state: LSTMStateTuple | null) => [
          lengths.map((length) => time >= length),
          output ?? (first as Tensor2D),
          state ?? new LSTMStateTuple(c as Tensor2D, h as Tensor2D),
          output,
          null,
        ]);
        return dot(concat([reshape(outputs, [-1]), reshape(state.c, [-1])]), shares) as Scalar;
      });
    const numeric = at.map((entries, k) =>
      centralDifferences(
        (moved) =>
          tidy(() => {
            const all = at.map((other, i) => (i === k ? moved : other));
            for (const [i, variable] of variables.entries()) {
              variable.assign(tensor(Float32Array.from(all[i] ?? []), variable.shape));
            }
            const [first, c, h] = all.slice(2).map((part) => tensor(Float32Array.from(part), [2, 3]));
            return loss(first as Tensor, c as Tensor, h as Tensor).dataSync()[0] as number;
          }),
        entries,
      ),
    );
    for (const [i, variable] of variables.entries()) variable.assign(tensor(drawn[i] ?? [], variable.shape));
    const inputs = at.slice(2).map((part) => tensor(part, [2, 3]));
    const gradients = grads((...[, , ...rest]: Tensor[]) => loss(...(rest as [Tensor, Tensor, Tensor])))([
      ...variables,
      ...inputs,
    ]);
    // Differenced in float32.
    for (const [k, gradient] of gradients.entries())
      expectClose(gradient, numeric[k] ?? [], 20 * tolerance(getBackend()).gradient);
  });
});

test.each([
  ['all rows run all steps, so that none is masked', [4, 4], 0],
  ['a row ends a step before the other: its output and its state are masked once', [4, 3], 2],
  ['a row ends at once: it is masked at each step', [0, 4], 8],
])('%s', async (_, lengths, masks) => {
  const cell = new GRUCell(2, { inputSize: 3 });
  const steps = drawnSteps(4, 2, 3);
  const { kernels } = await profile(() => dynamicAsRaw(cell, steps, { lengths })[0]);
  expect(kernels.filter(({ name }) => name === 'Select').length).toBe(masks);
});

test('the gradients of dynamicRnn as a loop function are its own', () => {
  const cell = new LSTMCell(3, { inputSize: 4, usePeepholes: true });
  const variables = [...cell.variables.values()];
  const x = tensor(sequenceOf(3 * 5 * 4, 1), [3, 5, 4]) as Tensor3D;
  const lengths = [5, 0, 2];
  const shares = tensor(sequenceOf(3 * 5 * 3, 2), [3, 5, 3]);
  const gradients = (run: (x: Tensor3D) => Tensor) =>
    grads((at) => sum(mul(run(at as Tensor3D), shares)))([x, ...variables]);
  const want = gradients((at) => dynamicRnn(cell, at, { sequenceLength: lengths })[0]);
  const got = gradients((at) => transpose(dynamicAsRaw(cell, unstack(at, 1) as Tensor2D[], { lengths })[0], [1, 0, 2]));
  for (const [k, gradient] of got.entries())
    expectClose(gradient, (want[k] as Tensor).dataSync(), tolerance(getBackend()).gradient);
});

test('variables lie under rnn, or under the scope that is given', () => {
  const names = (scope?: string) => {
    const cell = new GRUCell(2);
    rawRnn(cell, (time, output, state) => [[time >= 1], ones([1, 3]), state ?? cell.zeroState(1), output, null], {
      scope,
    });
    return [...cell.variables.keys()];
  };
  expect(names()[0]).toBe('rnn/gru_cell/gates/kernel');
  expect(names('decoder')[0]).toBe('decoder/gru_cell/gates/kernel');
});

test('the state that no step changed comes back as another tensor', () => {
  const initial = ones<Rank.R2>([1, 2]);
  const [, state] = rawRnn(new CountingCell(2), () => [[true], undefined, initial, null, null]);
  expect(state).not.toBe(initial);
  state.dispose();
  expect(values(initial)).toEqual([1, 1]);
});

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
