import '@rnn/cells/gradients';
import { BasicRNNCell, GRUCell, LSTMCell, MultiRNNCell } from '@rnn/cells';
import { grads, ones, profile, sum, type Tensor, type Tensor2D, tensor2d, zeros } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import type { StepReport } from '../pass/step-loop';
import { CountingCell } from '../testing/counting-cell';
import { staticRnn } from './static-rnn';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });

/** Three steps of two rows. */
const x = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const list = () => x.map((rows) => tensor2d(rows, [2, 1]));
const values = (t: Tensor) => [...t.dataSync()];

describe('a cell that counts, whose answer is x · (h + t)', () => {
  const initialState = () => tensor2d([10, 20], [2, 1]);

  test('gives a list of outputs, one a step', () => {
    const [outputs, state] = staticRnn(new CountingCell(1), list(), { initialState: initialState() });
    expect(outputs.map(values)).toEqual([
      [10, 40],
      [33, 84],
      [60, 132],
    ]);
    expect(values(state)).toEqual([13, 23]);
  });

  test('with lengths puts out zeros and keeps its state past them', () => {
    const options = { initialState: initialState(), sequenceLength: [1, 2] };
    const [outputs, state] = staticRnn(new CountingCell(1), list(), options);
    expect(outputs.map(values)).toEqual([
      [10, 40],
      [0, 84],
      [0, 0],
    ]);
    expect(values(state)).toEqual([11, 22]);
  });

  test('takes a list of one step, and its gradient', () => {
    const [only] = list() as [Tensor2D];
    const [outputs, state] = staticRnn(new CountingCell(1), [only], { initialState: initialState() });
    expect(outputs.map(values)).toEqual([[10, 40]]);
    expect(values(state)).toEqual([11, 21]);
    const [dx, dh] = grads((at, h) => {
      const [[output]] = staticRnn(new CountingCell(1), [at as Tensor2D], { initialState: h as Tensor2D });
      return sum(output as Tensor2D);
    })([only, initialState()]);
    expect(values(dx as Tensor)).toEqual([10, 20]);
    expect(values(dh as Tensor)).toEqual([1, 2]);
  });
});

describe('onStep', () => {
  test('hands out each step in order: its number, input, output and state, after masking', () => {
    const seen: unknown[] = [];
    const inputs = list();
    staticRnn(new CountingCell(1), inputs, {
      sequenceLength: [1, 3],
      onStep: ({ step, input, output, state }) => {
        expect(input).toBe(inputs[step]);
        seen.push([step, values(input), values(output), values(state)]);
      },
    });
    expect(seen).toEqual([
      [0, [1, 2], [0, 0], [1, 1]],
      [1, [3, 4], [0, 4], [1, 2]],
      [2, [5, 6], [0, 12], [1, 3]],
    ]);
  });

  test('sees the state as the cell has it, one a layer', () => {
    const cell = new MultiRNNCell([new LSTMCell(2), new GRUCell(3)]);
    const shapes: unknown[] = [];
    staticRnn(cell, list(), {
      onStep: ({ state: [lstm, gru] }) => shapes.push([lstm.c.shape, lstm.h.shape, gru.shape]),
    });
    expect(shapes).toEqual(
      new Array(3).fill([
        [2, 2],
        [2, 2],
        [2, 3],
      ]),
    );
  });

  test('makes a cell run step by step that would run as one operation, with the same numbers', async () => {
    const cell = new BasicRNNCell(4, { inputSize: 1 });
    const products = async (onStep?: (report: StepReport<Tensor2D>) => void) => {
      const { kernels } = await profile(
        () => staticRnn(cell, list(), { kernel: 'reference', ...(onStep && { onStep }) })[0],
      );
      return kernels.filter(({ name }) => name === 'BatchMatMul').length;
    };
    expect(await products()).toBe(3 + 1);
    expect(await products(() => undefined)).toBe(3);

    const reported: number[][] = [];
    const [outputs] = staticRnn(cell, list(), { onStep: ({ output }) => reported.push(values(output)) });
    const [want] = staticRnn(cell, list());
    for (const [t, output] of want.entries()) {
      expectClose(outputs[t] as Tensor2D, output.dataSync());
      expectClose(reported[t] ?? [], output.dataSync());
    }
  });

  test('is not with a fused kernel', () => {
    const inputs = list();
    const options = { kernel: 'fused', onStep: () => undefined } as const;
    expect(() => expectNoLeak(() => staticRnn(new GRUCell(2), inputs, options))).toThrow(
      argumentError(
        "staticRnn: expected a fused kernel, as kernel: 'fused' asks, got none: with onStep the cell is called step by step. Use kernel: 'auto'.",
      ),
    );
  });

  test('that throws leaves nothing behind', () => {
    const inputs = list();
    const onStep = ({ step }: { step: number }) => {
      if (step === 1) throw new Error('seen enough');
    };
    expect(() => expectNoLeak(() => staticRnn(new GRUCell(2), inputs, { onStep }))).toThrow('seen enough');
  });
});

test('variables lie under rnn, or under the scope that is given', () => {
  const cells = [new GRUCell(2), new GRUCell(2)] as const;
  staticRnn(cells[0], list());
  staticRnn(cells[1], list(), { scope: 'encoder' });
  expect([...cells[0].variables.keys()][0]).toBe('rnn/gru_cell/gates/kernel');
  expect([...cells[1].variables.keys()][0]).toBe('encoder/gru_cell/gates/kernel');
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
    ['a list of numbers', () => [[1, 2]], () => ({}), 'inputs[0] to be a tensor [B, D], got an array'],
    ['rank 3', () => [ones([2, 3, 1])], () => ({}), 'inputs[0] to have shape [B, D], got [2, 3, 1]'],
    [
      'dtype',
      () => [ones([2, 1]), ones([2, 1], 'int32')],
      () => ({}),
      'inputs[1] of dtype float32, got int32. Cast it first.',
    ],
    [
      'unequal shapes',
      () => [ones([2, 1]), ones([2, 1]), ones([3, 1])],
      () => ({}),
      'inputs[2] to have the shape of the first, [2, 1], got [3, 1]',
    ],
    [
      'lengths longer than the list',
      list,
      () => ({ sequenceLength: [3, 4] }),
      'sequenceLength to hold integers from 0 to 3, got 4 in row 1',
    ],
    ['initial state', list, () => ({ initialState: zeros([3, 2]) }), 'initialState to have shape [2, 2], got [3, 2]'],
    [
      'dtype option',
      list,
      () => ({ dtype: 'float16' }),
      "dtype to be 'float32', got 'float16'. TensorFlow.js has no other floating-point type.",
    ],
    [
      'swapMemory',
      list,
      () => ({ swapMemory: true }),
      'no swapMemory on a list of steps, got true. The runners on one tensor have it.',
    ],
    ['kernel', list, () => ({ kernel: 'fast' }), "kernel to be one of auto, fused, reference, got 'fast'"],
  ];
  test.each(bad)('%s', (_, make, options, text) => {
    const cell = new GRUCell(2);
    const inputs = make() as Tensor2D[];
    const chosen = options();
    expect(() => expectNoLeak(() => staticRnn(cell, inputs, chosen))).toThrow(
      argumentError(`staticRnn: expected ${text}`),
    );
    expect([...cell.variables]).toEqual([]);
  });

  test('no cell', () => {
    expect(() => staticRnn({} as GRUCell, list())).toThrow(
      argumentError('staticRnn: expected cell to be an RNNCell, got one without call, stateSize, outputSize'),
    );
  });
});

test('the numbers of a list follow its order', () => {
  const cell = new GRUCell(3, { inputSize: 1 });
  const steps = sequenceOf(4, 2).map((value) => tensor2d([value], [1, 1]));
  const [outputs] = staticRnn(cell, steps);
  let state = cell.zeroState(1);
  for (const [t, step] of steps.entries()) {
    [, state] = cell.call(step, state);
    expectClose(outputs[t] as Tensor2D, state.dataSync());
  }
});
