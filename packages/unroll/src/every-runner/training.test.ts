import '@rnn/cells/gradients';
import {
  BasicLSTMCell,
  DropoutWrapper,
  flattenState,
  GRUCell,
  HighwayWrapper,
  InputProjectionWrapper,
  LayerNormBasicLSTMCell,
  LSTMCell,
  MultiRNNCell,
  type NamedWeights,
  ResidualWrapper,
  type RNNCell,
  type State,
  VariableStore,
  ZoneoutWrapper,
  zeroState,
} from '@rnn/cells';
import { add, mul, slice, type Tensor, type Tensor2D, type Tensor3D, tensor3d, unstack } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { explain } from '../pass/explain';
import { bidirectionalDynamicRnn } from '../runners/bidirectional-dynamic-rnn';
import { dynamicRnn } from '../runners/dynamic-rnn';
import { stackBidirectionalDynamicRnn } from '../runners/stack-bidirectional-dynamic-rnn';
import { stackBidirectionalRnn } from '../runners/stack-bidirectional-rnn';
import { staticBidirectionalRnn } from '../runners/static-bidirectional-rnn';
import { staticRnn } from '../runners/static-rnn';
import { staticStateSavingRnn } from '../runners/static-state-saving-rnn';
import { truncatedRnn } from '../runners/truncated-rnn';
import { dynamicAsRaw } from '../testing/dynamic-as-raw';

const [B, T, D] = [3, 4, 2];
const x = (): Tensor3D => tensor3d(sequenceOf(B * T * D, 1), [B, T, D]);
const steps = (): Tensor2D[] => unstack(x(), 1) as Tensor2D[];
const half = { inputKeepProb: 0.5, outputKeepProb: 0.5, stateKeepProb: 0.5, seed: 3 } as const;

/** All that a run gives, row-major. */
const numbers = (result: unknown): number[] => {
  if (typeof result !== 'object' || result === null) throw new Error('a run gives tensors');
  if ('dataSync' in result) return [...(result as Tensor).dataSync()];
  return Object.values(result).flatMap(numbers);
};

/** Gives each cell weights that follow from their places alone: equal for cells that have the same in the same order. */
function drawn<C extends RNNCell & { setWeights(weights: NamedWeights): void }>(cell: C, inputSize = D): C {
  cell.build?.(inputSize);
  const entries = [...(cell.variables ?? [])].map(([name, { shape, size }], k) => {
    return [name, { shape, data: sequenceOf(size, k + 5) }] as const;
  });
  cell.setWeights(Object.fromEntries(entries));
  return cell;
}

/** Cells that drop, each with the one that it is in evaluation. */
const pairs: Readonly<Record<string, { drops: () => RNNCell; plain: () => RNNCell }>> = {
  DropoutWrapper: {
    drops: () => drawn(new DropoutWrapper(new LSTMCell(3), half)),
    plain: () => drawn(new LSTMCell(3)),
  },
  'DropoutWrapper, variational': {
    drops: () => drawn(new DropoutWrapper(new GRUCell(3), { ...half, variationalRecurrent: true })),
    plain: () => drawn(new GRUCell(3)),
  },
  'DropoutWrappers on each other': {
    drops: () => drawn(new DropoutWrapper(new ResidualWrapper(new DropoutWrapper(new GRUCell(D), half)), half)),
    plain: () => drawn(new ResidualWrapper(new GRUCell(D))),
  },
  LayerNormBasicLSTMCell: {
    drops: () => drawn(new LayerNormBasicLSTMCell(4, { dropoutKeepProb: 0.5, dropoutProbSeed: 2 })),
    plain: () => drawn(new LayerNormBasicLSTMCell(4)),
  },
  'MultiRNNCell with layers that drop': {
    drops: () =>
      drawn(
        new MultiRNNCell([
          new DropoutWrapper(new LSTMCell(3), half),
          new LayerNormBasicLSTMCell(3, { dropoutKeepProb: 0.5, dropoutProbSeed: 2 }),
          new HighwayWrapper(new DropoutWrapper(new GRUCell(3), half)),
        ]),
      ),
    plain: () =>
      drawn(new MultiRNNCell([new LSTMCell(3), new LayerNormBasicLSTMCell(3), new HighwayWrapper(new GRUCell(3))])),
  },
  'a wrapper with weights': {
    drops: () => drawn(new InputProjectionWrapper(new DropoutWrapper(new GRUCell(3), half), { numProj: 4 })),
    plain: () => drawn(new InputProjectionWrapper(new GRUCell(3), { numProj: 4 })),
  },
};

type Run = (cell: RNNCell, training?: boolean) => unknown;
const other = () => drawn(new GRUCell(2));
const runners: Readonly<Record<string, Run>> = {
  dynamicRnn: (cell, training) => dynamicRnn(cell, x(), { training }),
  staticRnn: (cell, training) => staticRnn(cell, steps(), { training }),
  'staticRnn with onStep': (cell, training) => staticRnn(cell, steps(), { training, onStep: () => undefined }),
  'bidirectionalDynamicRnn, forward': (cell, training) => bidirectionalDynamicRnn(cell, other(), x(), { training }),
  'bidirectionalDynamicRnn, backward': (cell, training) => bidirectionalDynamicRnn(other(), cell, x(), { training }),
  staticBidirectionalRnn: (cell, training) => staticBidirectionalRnn(cell, other(), steps(), { training }),
  stackBidirectionalDynamicRnn: (cell, training) => stackBidirectionalDynamicRnn([cell], [other()], x(), { training }),
  stackBidirectionalRnn: (cell, training) => stackBidirectionalRnn([other()], [cell], steps(), { training }),
  rawRnn: (cell, training) => dynamicAsRaw(cell, steps(), { training }),
  truncatedRnn: (cell, training) => truncatedRnn(cell, { batchSize: B, training }).run(x()),
  staticStateSavingRnn: (cell, training) => {
    const parts = flattenState(zeroState(cell.stateSize, B));
    const saver = {
      state: (name: string) => parts[Number(name)] as Tensor,
      saveState: (_: string, state: Tensor) => state.dispose(),
    };
    const names = parts.map((_, k) => `${k}`);
    return staticStateSavingRnn(cell, steps(), saver, names, { training });
  },
};

describe.each(Object.entries(pairs))('%s', (_, { drops, plain }) => {
  test.each(Object.entries(runners))(
    '%s: drops unless training is false, and then is the cell without it',
    (_, run) => {
      const cell = drops();
      const want = numbers(run(plain()));
      for (const evaluated of [run(cell, false), run(cell, false)]) expectClose(numbers(evaluated), want);
      for (const trained of [run(cell), run(cell, true)]) expect(numbers(trained)).not.toEqual(want);
    },
  );

  test('leaves nothing behind in evaluation', () => {
    const [cell, inputs] = [drops(), x()];
    expectNoLeak(() => {
      const [outputs, state] = dynamicRnn(cell, inputs, { training: false });
      for (const part of new Set([outputs, ...flattenState(state)])) part.dispose();
    });
  });
});

test('what drops in training alone runs on the fused kernel in evaluation, and explain says so', () => {
  const cell = new MultiRNNCell([new DropoutWrapper(new LSTMCell(3), half), new DropoutWrapper(new GRUCell(3), half)]);
  const layers = (training?: boolean) => explain(cell, x(), { training }).layers.map(({ op, cell }) => [cell, op]);
  expect(layers()).toEqual([
    ['DropoutWrapper', 'steps'],
    ['DropoutWrapper', 'steps'],
  ]);
  expect(layers(false)).toEqual([
    ['LSTMCell', 'lstmSequence'],
    ['GRUCell', 'gruSequence'],
  ]);
  dynamicRnn(cell, x(), { training: false, kernel: 'fused' });
  expect(() => dynamicRnn(cell, x(), { training: true, kernel: 'fused' })).toThrow(
    "dynamicRnn: expected a fused kernel, as kernel: 'fused' asks, got none: DropoutWrapper does not declare its recurrence",
  );
});

test('swapMemory asks for the kernel of what is evaluated, not of what drops', () => {
  const cell = new DropoutWrapper(new LSTMCell(3), half);
  dynamicRnn(cell, x(), { training: false, swapMemory: true });
  expect(() => dynamicRnn(cell, x(), { swapMemory: true })).toThrow(
    'dynamicRnn: expected a fused kernel, as swapMemory asks, got none: DropoutWrapper does not declare its recurrence',
  );
});

test('a cell that evaluates step by step keeps its name in explain', () => {
  const cell = new HighwayWrapper(new DropoutWrapper(new GRUCell(2), half));
  expect(explain(cell, x(), { training: false }).layers[0]?.reason).toBe(
    'HighwayWrapper does not declare its recurrence, so it is called step by step',
  );
});

test('the weights of a cell that is first run in evaluation have the names of training', () => {
  const cell = new MultiRNNCell([new DropoutWrapper(new BasicLSTMCell(3), half), new GRUCell(2)]);
  dynamicRnn(cell, x(), { training: false });
  expect([...cell.variables.keys()].slice(0, 2)).toEqual([
    'rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel',
    'rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias',
  ]);
});

test("a third party's cell is told whether it is trained", () => {
  const seen: (boolean | undefined)[] = [];
  const cell: RNNCell<Tensor2D> = {
    stateSize: D,
    outputSize: D,
    call: (x, state) => [mul(x, 2), add(state, x)],
    forSequence(_batchSize, _inputSize, options) {
      seen.push(options?.training);
      return this;
    },
  };
  dynamicRnn(cell, x());
  expect(new Set(seen)).toEqual(new Set([true]));
  seen.length = 0;
  dynamicRnn(cell, x(), { training: false });
  expect(new Set(seen)).toEqual(new Set([false]));
});

test.each(['dropout', 'zoneout', 'layer normalisation'])(
  'the masks of %s are the same static, dynamic, by hand and in windows',
  (kind) => {
    const make = (): RNNCell<State> => {
      const zoneout = { zoneoutCell: 0.5, zoneoutOutput: 0.4, seed: 3 };
      if (kind === 'zoneout') return drawn(new ZoneoutWrapper(new LSTMCell(3), zoneout)) as unknown as RNNCell<State>;
      if (kind === 'dropout') return drawn(new DropoutWrapper(new LSTMCell(3), half)) as unknown as RNNCell<State>;
      const options = { dropoutKeepProb: 0.5, dropoutProbSeed: 2 };
      return drawn(new LayerNormBasicLSTMCell(3, options)) as unknown as RNNCell<State>;
    };
    const [outputs, state] = dynamicRnn(make(), x());
    const want = [...outputs.dataSync()];
    const [list, last] = staticRnn(make(), steps());
    for (const [t, output] of list.entries()) expectClose(output, unstack(outputs, 1)[t]?.dataSync() ?? []);
    expectClose(numbers(last), numbers(state));
    const cell = make();
    const window = (from: number, size: number) => slice(x(), [0, from, 0], [-1, size, -1]) as Tensor3D;
    const [first, middle] = dynamicRnn(cell, window(0, 1));
    const [second, end] = dynamicRnn(cell, window(1, 3), { initialState: middle });
    expectClose(first, numbers(slice(outputs, [0, 0, 0], [-1, 1, -1])));
    expectClose(second, numbers(slice(outputs, [0, 1, 0], [-1, 3, -1])));
    expectClose(numbers(end), numbers(state));
    expect(numbers(dynamicRnn(cell, x())[0])).not.toEqual(want);
  },
);

test('the masks of a cell in a store follow from the seed of the store', () => {
  const run = (seed: number) => {
    const cell = new DropoutWrapper(new GRUCell(3), { inputKeepProb: 0.5 });
    cell.build(D, { scope: 'rnn', store: new VariableStore({ seed }) });
    return numbers(dynamicRnn(cell, x())[0]);
  };
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
});

test('training that is neither true nor false is refused', () => {
  expect(() => explain(new GRUCell(2), x(), { training: 0 as never })).toThrow(
    'explain: expected training to be true or false, got 0',
  );
  expect(() => dynamicRnn(new GRUCell(2), x(), { training: 'no' as never })).toThrow(
    "dynamicRnn: expected training to be true or false, got 'no'",
  );
});
