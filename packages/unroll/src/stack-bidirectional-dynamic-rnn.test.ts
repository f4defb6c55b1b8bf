import '@rnn/cells/gradients';
import {
  BasicLSTMCell,
  flattenState,
  GRUCell,
  LSTMCell,
  type RNNCell,
  type State,
  tidyState,
  zeroState,
} from '@rnn/cells';
import {
  add,
  concat,
  dot,
  grad,
  grads,
  ones,
  profile,
  reshape,
  type Scalar,
  sum,
  type Tensor,
  type Tensor3D,
  tensor,
  tensor1d,
  tensor2d,
  transpose,
  type Variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { bidirectionalDynamicRnn } from './bidirectional-dynamic-rnn';
import { stackBidirectionalDynamicRnn } from './stack-bidirectional-dynamic-rnn';
import { stepByHand } from './testing/by-hand';
import { CountingCell } from './testing/counting-cell';
import { drawnState } from './testing/every-cell';

type Cell = RNNCell & { setWeights?(weights: object): void };

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });
const [B, T, D] = [3, 4, 3];
const drawn = () => tensor(sequenceOf(B * T * D, 7), [B, T, D]) as Tensor3D;
const values = (x: Tensor) => [...x.dataSync()];
const widthOf = (cells: readonly RNNCell[]): number => cells.reduce((sum, { outputSize }) => sum + outputSize, 0);

/** Two lists of cells, built layer by layer, whose weights are all different. */
function built(cellsFw: Cell[], cellsBw: Cell[]): { cellsFw: Cell[]; cellsBw: Cell[]; variables: Variable[] } {
  let width = D;
  for (const [k, cellFw] of cellsFw.entries()) {
    const both = [cellFw, cellsBw[k] as Cell];
    for (const [i, cell] of both.entries()) {
      cell.build?.(width);
      const weights = [...(cell.variables ?? [])].map(([name, { shape, size }], n) => {
        return [name, { shape, data: sequenceOf(size, 11 + 20 * k + 10 * i + n) }] as const;
      });
      if (weights.length > 0) cell.setWeights?.(Object.fromEntries(weights));
    }
    width = widthOf(both);
  }
  const variables = [...cellsFw, ...cellsBw].flatMap((cell) => [...(cell.variables?.values() ?? [])]);
  return { cellsFw, cellsBw, variables };
}

const stacks: Record<string, () => ReturnType<typeof built>> = {
  'one layer': () => built([new GRUCell(2)], [new GRUCell(4)]),
  'two layers of LSTMs': () =>
    built(
      [new LSTMCell(2), new LSTMCell(3)],
      [new LSTMCell(4, { usePeepholes: true }), new LSTMCell(5, { numProj: 2 })],
    ),
  'three layers of different cells': () =>
    built(
      [new GRUCell(2), new BasicLSTMCell(3), new GRUCell(4)],
      [new LSTMCell(3), new GRUCell(2), new CountingCell(5)],
    ),
};
const statesOf = (cells: readonly RNNCell[], seed: number): State[] =>
  cells.map((cell, k) => drawnState(cell, B, seed + 5 * k));

interface Options {
  readonly sequenceLength?: readonly number[] | undefined;
  readonly initialStatesFw?: State[] | undefined;
  readonly initialStatesBw?: State[] | undefined;
}

/** What a stack gives, on arrays: each layer stepped by hand both ways, its outputs joined entry by entry. */
function layersByHand({ cellsFw, cellsBw }: ReturnType<typeof built>, options: Options) {
  let below = values(drawn());
  let width: number = D;
  const states: { forward: number[][][]; backward: number[][][] } = { forward: [], backward: [] };
  for (const [k, cellFw] of cellsFw.entries()) {
    const cellBw = cellsBw[k] as Cell;
    const sizes = { B, T, D: width };
    const { sequenceLength: lengths } = options;
    const fw = stepByHand(
      cellFw,
      below,
      sizes,
      options.initialStatesFw?.[k] ?? zeroState(cellFw.stateSize, B),
      lengths as number[],
    );
    const bw = stepByHand(
      cellBw,
      below,
      sizes,
      options.initialStatesBw?.[k] ?? zeroState(cellBw.stateSize, B),
      lengths as number[],
      true,
    );
    states.forward.push(fw.state);
    states.backward.push(bw.state);
    const [P, Q] = [cellFw.outputSize, cellBw.outputSize];
    below = Array.from({ length: B * T }, (_, at) => [
      ...fw.outputs.slice(at * P, (at + 1) * P),
      ...bw.outputs.slice(at * Q, (at + 1) * Q),
    ]).flat();
    width = P + Q;
  }
  return { outputs: below, width, states };
}

function expectStates(got: readonly State[], want: readonly number[][][]): void {
  expect(got).toHaveLength(want.length);
  for (const [k, state] of got.entries()) {
    for (const [i, part] of flattenState(state).entries()) expectClose(part, want[k]?.[i] ?? []);
  }
}

test('cells that count: a layer’s both directions are the next one’s inputs', () => {
  const [outputs, statesFw, statesBw] = stackBidirectionalDynamicRnn(
    [new CountingCell(1), new CountingCell(2)],
    [new CountingCell(1), new CountingCell(2)],
    tensor([2, 3], [1, 2, 1]) as Tensor3D,
    {
      initialStatesFw: [tensor2d([[10]]), tensor2d([[100, 200]])],
      initialStatesBw: [tensor2d([[30]]), tensor2d([[1, 2]])],
    },
  );
  // The first layer gives [2 · 10, 2 · 31] and [3 · 11, 3 · 30].
  expect(values(outputs)).toEqual([2000, 12400, 40, 186, 3333, 18090, 33, 180]);
  expect(statesFw.map(values)).toEqual([[12], [102, 202]]);
  expect(statesBw.map(values)).toEqual([[32], [3, 4]]);
});

describe.each(Object.keys(stacks))('%s', (name) => {
  const stack = () => (stacks[name] as () => ReturnType<typeof built>)();

  describe.each(['auto', 'reference'] as const)('kernel: %s', (kernel) => {
    test.each([
      { lengths: undefined },
      { lengths: [0, 0, 0] },
      { lengths: [1, 1, 1] },
      { lengths: [4, 4, 4] },
      { lengths: [3, 0, 4] },
      { lengths: [1, 4, 2] },
    ])('gives what stepping layer by layer by hand gives: lengths $lengths', ({ lengths }) => {
      const { cellsFw, cellsBw, variables } = stack();
      const initialStates = { initialStatesFw: statesOf(cellsFw, 30), initialStatesBw: statesOf(cellsBw, 60) };
      const options = { sequenceLength: lengths, ...initialStates };
      const want = layersByHand({ cellsFw, cellsBw, variables }, options);
      const [outputs, statesFw, statesBw] = stackBidirectionalDynamicRnn(cellsFw, cellsBw, drawn(), {
        ...options,
        kernel,
      });
      expect(outputs.shape).toEqual([B, T, want.width]);
      expectClose(outputs, want.outputs);
      expectStates(statesFw, want.states.forward);
      expectStates(statesBw, want.states.backward);
    });
  });

  test.each(['initialStatesFw', 'initialStatesBw', 'neither'])('with %s alone the others are zeros', (given) => {
    const made = stack();
    const cells = given === 'initialStatesFw' ? made.cellsFw : made.cellsBw;
    const options: Options = {
      sequenceLength: [1, 4, 2],
      ...(given === 'neither' ? {} : { [given]: statesOf(cells, 30) }),
    };
    const want = layersByHand(made, options);
    const [outputs, statesFw, statesBw] = stackBidirectionalDynamicRnn(made.cellsFw, made.cellsBw, drawn(), options);
    expectClose(outputs, want.outputs);
    expectStates(statesFw, want.states.forward);
    expectStates(statesBw, want.states.backward);
  });

  test('time-major equals batch-major, and so do lengths in a tensor', () => {
    const { cellsFw, cellsBw } = stack();
    const [want] = stackBidirectionalDynamicRnn(cellsFw, cellsBw, drawn(), { sequenceLength: [3, 0, 4] });
    const [got] = stackBidirectionalDynamicRnn(cellsFw, cellsBw, transpose(drawn(), [1, 0, 2]), {
      sequenceLength: tensor1d([3, 0, 4], 'int32'),
      timeMajor: true,
      parallelIterations: 2,
    });
    expect(got.shape.slice(0, 2)).toEqual([T, B]);
    expectClose(transpose(got, [1, 0, 2]), want.dataSync());
  });

  test.each([false, true])(
    'returnSequences: false gives the last step of each direction, time-major: %s',
    (timeMajor) => {
      const { cellsFw, cellsBw } = stack();
      const P = (cellsFw.at(-1) as Cell).outputSize;
      const [all] = stackBidirectionalDynamicRnn(cellsFw, cellsBw, drawn(), { sequenceLength: [3, 0, 4] });
      const x = timeMajor ? transpose(drawn(), [1, 0, 2]) : drawn();
      const options = { sequenceLength: [3, 0, 4], returnSequences: false, timeMajor } as const;
      const [last] = stackBidirectionalDynamicRnn(cellsFw, cellsBw, x, options);
      const rows = all.arraySync();
      // Of row 1, which has no steps, every output is zero.
      const want = [2, 0, 3].map((t, b) => [...(rows[b]?.[t]?.slice(0, P) ?? []), ...(rows[b]?.[0]?.slice(P) ?? [])]);
      expect(last.shape).toEqual([B, all.shape[2]]);
      expectClose(last, want.flat());
    },
  );

  test('gradients to inputs, initial states and weights are those of single runs chained', () => {
    const { cellsFw, cellsBw, variables } = stack();
    const [fw, bw] = [statesOf(cellsFw, 30), statesOf(cellsBw, 60)];
    const sequenceLength = [3, 0, 4];
    const chained = (x: Tensor3D): Tensor[] => {
      const states: State[] = [];
      let below = x;
      for (const [k, cellFw] of cellsFw.entries()) {
        const [outputs, final] = bidirectionalDynamicRnn(cellFw, cellsBw[k] as Cell, below, {
          ...{ sequenceLength, kernel: 'reference' as const },
          ...{ initialStateFw: fw[k] as State, initialStateBw: bw[k] as State },
        });
        states.push(...final);
        below = concat(outputs, 2);
      }
      // Forward and backward by turns; the runner gives them list by list.
      const byDirection = [0, 1].flatMap((direction) => states.filter((_, i) => i % 2 === direction));
      return [below, ...byDirection.flatMap(flattenState)];
    };
    const stacked = (x: Tensor3D, kernel: 'auto' | 'reference'): Tensor[] => {
      const options = { sequenceLength, kernel, initialStatesFw: fw, initialStatesBw: bw };
      const [outputs, statesFw, statesBw] = stackBidirectionalDynamicRnn(cellsFw, cellsBw, x, options);
      return [outputs, ...[...statesFw, ...statesBw].flatMap(flattenState)];
    };
    const loss = (parts: readonly Tensor[]): Scalar =>
      parts
        .map((part, k) => dot(reshape(part, [-1]), tensor1d(sequenceOf(part.size, 90 + k))))
        .reduce((total, term) => add(total, term)) as Scalar;
    const at = [drawn(), ...[...fw, ...bw].flatMap(flattenState), ...variables];
    const want = grads((x) => loss(chained(x as Tensor3D)))(at);
    for (const kernel of ['auto', 'reference'] as const) {
      for (const [k, gradient] of grads((x) => loss(stacked(x as Tensor3D, kernel)))(at).entries()) {
        expect(gradient.shape).toEqual(at[k]?.shape);
        expectClose(gradient, (want[k] as Tensor).dataSync());
      }
    }
  });

  test('nothing is left behind, differentiated or not', () => {
    const { cellsFw, cellsBw } = stack();
    const [x, sequenceLength] = [drawn(), [3, 0, 4]];
    const run = (at: Tensor3D) => stackBidirectionalDynamicRnn(cellsFw, cellsBw, at, { sequenceLength });
    expectNoLeak(() => tidyState(() => run(x)) as never);
    const gradient = grad((at) => sum(tidyState(() => run(at as Tensor3D))[0]));
    expectNoLeak(() => gradient(x));
  });
});

test('each layer of LSTMs is one fused operation', async () => {
  const { cellsFw, cellsBw } = (stacks['two layers of LSTMs'] as () => ReturnType<typeof built>)();
  const { kernels } = await profile(
    () => stackBidirectionalDynamicRnn(cellsFw, cellsBw, drawn(), { kernel: 'fused' })[0],
  );
  expect(kernels.filter(({ name }) => name === 'RnnLayeredSequences')).toHaveLength(2);
});

test('swapMemory changes no gradient', () => {
  const { cellsFw, cellsBw } = (stacks['two layers of LSTMs'] as () => ReturnType<typeof built>)();
  const gradient = (swapMemory: boolean) =>
    grad((x) => sum(stackBidirectionalDynamicRnn(cellsFw, cellsBw, x as Tensor3D, { swapMemory })[0]))(drawn());
  expectClose(gradient(true), gradient(false).dataSync());
});

test.each([
  [{}, 'stack_bidirectional_rnn'],
  [{ scope: 'encoder' }, 'encoder'],
])('variables lie under layer and direction: %j', (options, scope) => {
  const [cellsFw, cellsBw] = [
    [new BasicLSTMCell(2), new GRUCell(2)],
    [new GRUCell(2), new BasicLSTMCell(2)],
  ] as const;
  stackBidirectionalDynamicRnn(cellsFw, cellsBw, ones([1, 2, 3]), options);
  const first = [...cellsFw, ...cellsBw].map(({ variables }) => [...variables.keys()][0]);
  expect(first).toEqual([
    `${scope}/cell_0/bidirectional_rnn/fw/basic_lstm_cell/kernel`,
    `${scope}/cell_1/bidirectional_rnn/fw/gru_cell/gates/kernel`,
    `${scope}/cell_0/bidirectional_rnn/bw/gru_cell/gates/kernel`,
    `${scope}/cell_1/bidirectional_rnn/bw/basic_lstm_cell/kernel`,
  ]);
});

describe('what does not fit gets a sentence, and leaves no weight behind', () => {
  const bad: [string, () => object, string][] = [
    [
      'a forward state too few',
      () => ({ initialStatesFw: [zeros([2, 2])] }),
      'initialStatesFw to have shape ([2, 2], [2, 2]), got ([2, 2])',
    ],
    [
      'a backward state of another kind',
      () => ({ initialStatesBw: [zeros([2, 2]), zeros([2, 2])] }),
      'initialStatesBw to have shape ([2, 2], LSTMStateTuple(c=[2, 3], h=[2, 3])), got ([2, 2], [2, 2])',
    ],
    [
      'one state for all layers',
      () => ({ initialStatesFw: zeros([2, 2]) }),
      'initialStatesFw to have shape ([2, 2], [2, 2]), got [2, 2]',
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
    const [cellsFw, cellsBw] = [
      [new GRUCell(2), new GRUCell(2)],
      [new GRUCell(2), new LSTMCell(3)],
    ] as const;
    const [inputs, chosen] = [ones([2, 4, 3]) as Tensor3D, options()];
    expect(() => expectNoLeak(() => stackBidirectionalDynamicRnn(cellsFw, cellsBw, inputs, chosen) as never)).toThrow(
      argumentError(`stackBidirectionalDynamicRnn: expected ${text}`),
    );
    expect([...cellsFw, ...cellsBw].flatMap(({ variables }) => [...variables])).toEqual([]);
  });

  const gru = () => new GRUCell(2);
  const lists: [string, () => unknown, () => unknown, string][] = [
    ['no forward cells', () => [], () => [gru()], 'cellsFw to hold at least one cell, got an empty list'],
    ['no backward cells', () => [gru()], () => [], 'cellsBw to hold at least one cell, got an empty list'],
    [
      'a cell in place of a list',
      gru,
      () => [gru()],
      'cellsFw to be a list of cells, one a layer, got GRUCell. A single layer is a list of one.',
    ],
    [
      'nothing in place of a list',
      () => [gru()],
      () => undefined,
      'cellsBw to be a list of cells, one a layer, got undefined. A single layer is a list of one.',
    ],
    [
      'lists of unequal lengths',
      () => [gru(), gru()],
      () => [gru()],
      'as many cells in cellsFw as in cellsBw, got 2 and 1. Each layer has one of each.',
    ],
    [
      'something that is no cell',
      () => [gru(), gru()],
      () => [gru(), {}],
      'cellsBw[1] to be an RNNCell, got one without call, stateSize, outputSize',
    ],
  ];
  test.each(lists)('%s', (_, cellsFw, cellsBw, text) => {
    expect(() => stackBidirectionalDynamicRnn(cellsFw() as Cell[], cellsBw() as Cell[], ones([2, 4, 3]))).toThrow(
      argumentError(`stackBidirectionalDynamicRnn: expected ${text}`),
    );
  });

  test('rank', () => {
    expect(() => stackBidirectionalDynamicRnn([gru()], [gru()], ones([2, 4]) as never, { timeMajor: true })).toThrow(
      argumentError('stackBidirectionalDynamicRnn: expected inputs to have shape [T, B, D], got [2, 4]'),
    );
  });

  test('an upper layer that must be fused and cannot be: the first is not computed', () => {
    const upper = new CountingCell(4);
    const cellsFw = [gru(), upper] as const;
    expect(() => stackBidirectionalDynamicRnn(cellsFw, [gru(), gru()], ones([2, 4, 3]), { kernel: 'fused' })).toThrow(
      'CountingCell does not declare its recurrence',
    );
    expect([...cellsFw[0].variables]).toEqual([]);
    expect(upper.calls).toBe(0);
  });

  test('an upper cell for inputs of another width: the layers below stay without weights', () => {
    const cellsFw = [gru(), new GRUCell(2, { inputSize: 9 })] as const;
    const inputs = ones([2, 4, 3]) as Tensor3D;
    expect(() => expectNoLeak(() => stackBidirectionalDynamicRnn(cellsFw, [gru(), gru()], inputs) as never)).toThrow(
      'GRUCell.build: expected inputSize 9, for which the weights were made, got 4',
    );
    expect([...cellsFw[0].variables]).toEqual([]);
  });
});
