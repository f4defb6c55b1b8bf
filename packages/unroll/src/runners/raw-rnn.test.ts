import '@rnn/cells/gradients';
import { flattenState, GRUCell, LSTMCell, LSTMStateTuple, MultiRNNCell } from '@rnn/cells';
import {
  add,
  getBackend,
  grads,
  lessEqual,
  mul,
  ones,
  profile,
  type Rank,
  reshape,
  scalar,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tensor1d,
  tensor2d,
  transpose,
  unstack,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, sequenceOf, tolerance } from 'testing';
import { describe, expect, test } from 'vitest';
import { CountingCell } from '../testing/counting-cell';
import { dynamicAsRaw } from '../testing/dynamic-as-raw';
import { dynamicRnn } from './dynamic-rnn';
import { type LoopFunction, rawRnn } from './raw-rnn';
import { staticRnn } from './static-rnn';

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
