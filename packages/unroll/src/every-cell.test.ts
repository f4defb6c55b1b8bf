import '@rnn/cells/gradients';
import * as cells from '@rnn/cells';
import { flattenState, type RNNCell, type State, tidyState, unflattenState } from '@rnn/cells';
import {
  add,
  dot,
  getBackend,
  grad,
  grads,
  reshape,
  slice,
  stack,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tensor1d,
  tidy,
  transpose,
  unstack,
  type Variable,
} from '@tensorflow/tfjs-core';
import { centralDifferences, expectClose, expectNoLeak, sequenceOf, tolerance } from 'testing';
import { describe, expect, test } from 'vitest';
import { bidirectionalDynamicRnn } from './bidirectional-dynamic-rnn';
import { dynamicRnn } from './dynamic-rnn';
import { staticBidirectionalRnn } from './static-bidirectional-rnn';
import { staticRnn } from './static-rnn';
import { staticStateSavingRnn } from './static-state-saving-rnn';
import { stepByHand } from './testing/by-hand';
import { CountingCell } from './testing/counting-cell';
import { dynamicAsRaw } from './testing/dynamic-as-raw';
import { drawnCell, drawnState, everyCell, inputSize, otherCells } from './testing/every-cell';

type Result = [outputs: Tensor3D, state: State];
interface Options {
  readonly sequenceLength?: readonly number[];
  readonly kernel: 'auto' | 'reference';
}
type Run = (cell: RNNCell, inputs: Tensor3D, initialState: State, options: Options) => Result;

const sizes = { B: 4, T: 3, D: inputSize };
const drawnInputs = (): number[] => sequenceOf(4 * 3 * inputSize, 7);
const swap = (x: Tensor3D): Tensor3D => transpose(x, [1, 0, 2]);
/** `[B, T, D]` to T tensors `[B, D]` and back. */
const toList = (x: Tensor3D): Tensor2D[] => unstack(x, 1) as Tensor2D[];
const fromList = (steps: readonly Tensor2D[]): Tensor3D => stack([...steps], 1) as Tensor3D;

/** Every way of running one cell forward, on `[B, T, D]`. */
const forward: Record<string, Run> = {
  dynamicRnn: (cell, inputs, initialState, options) => dynamicRnn(cell, inputs, { initialState, ...options }),
  'dynamicRnn, time-major, 2 steps at once': (cell, inputs, initialState, options) => {
    const all = { initialState, timeMajor: true, parallelIterations: 2, ...options };
    const [outputs, state] = dynamicRnn(cell, swap(inputs), all);
    return [swap(outputs), state];
  },
  staticRnn: (cell, inputs, initialState, options) => {
    const [outputs, state] = staticRnn(cell, toList(inputs), { initialState, ...options });
    return [fromList(outputs), state];
  },
  'staticRnn with onStep': (cell, inputs, initialState, options) => {
    const all = { initialState, onStep: () => undefined, ...options };
    const [outputs, state] = staticRnn(cell, toList(inputs), all);
    return [fromList(outputs), state];
  },
  'dynamicRnn as a loop function of rawRnn': (cell, inputs, initialState, { sequenceLength }) => {
    const [outputs, state] = dynamicAsRaw(cell, toList(inputs), { initialState, lengths: sequenceLength });
    return [swap(outputs), state];
  },
  staticStateSavingRnn: (cell, inputs, initialState, options) => {
    const parts = flattenState(initialState);
    const saver = {
      state: (k: string) => parts[Number(k)] as Tensor,
      saveState: (_: string, part: Tensor) => part.dispose(),
    };
    const names = parts.map((_, k) => `${k}`);
    const [outputs, state] = staticStateSavingRnn(cell, toList(inputs), saver, names, options);
    return [fromList(outputs), state];
  },
  'bidirectionalDynamicRnn, forward': (cell, inputs, initialStateFw, options) => {
    const other = new CountingCell(inputSize);
    const [[outputs], [state]] = bidirectionalDynamicRnn(cell, other, inputs, {
      initialStateFw,
      ...options,
    });
    return [outputs, state];
  },
};

/** Every way of running one backward. */
const backward: Record<string, Run> = {
  'bidirectionalDynamicRnn, backward': (cell, inputs, initialStateBw, options) => {
    const other = new CountingCell(inputSize);
    const [[, outputs], [, state]] = bidirectionalDynamicRnn(other, cell, inputs, {
      initialStateBw,
      ...options,
    });
    return [outputs, state];
  },
  'staticBidirectionalRnn, backward': (cell, inputs, initialStateBw, options) => {
    const other = new CountingCell(inputSize);
    const all = { initialStateBw, ...options };
    const [outputs, , state] = staticBidirectionalRnn(other, cell, toList(inputs), all);
    return [slice(fromList(outputs), [0, 0, inputSize]), state];
  },
};

/** Each way with each kernel; its name says both. */
const ways = (['auto', 'reference'] as const).flatMap((kernel) => {
  const way = (reverse: boolean) => (entry: [string, Run]) => ({
    name: `${entry[0]}, kernel: ${kernel},`,
    reverse,
    run: (cell: RNNCell, inputs: Tensor3D, initialState: State, lengths?: readonly number[]): Result =>
      entry[1](cell, inputs, initialState, { kernel, ...(lengths && { sequenceLength: lengths }) }),
  });
  return [...Object.entries(forward).map(way(false)), ...Object.entries(backward).map(way(true))];
});

describe.each(Object.keys(everyCell))('%s', (name) => {
  describe.each([
    { title: 'over all steps', lengths: undefined },
    { title: 'with lengths 2, 0, 3, 1', lengths: [2, 0, 3, 1] },
  ])('$title', ({ lengths }) => {
    test.each(ways)('$name gives what stepping by hand gives', ({ run, reverse }) => {
      const cell = drawnCell(name);
      const initial = drawnState(cell, sizes.B);
      const x = drawnInputs();
      const want = stepByHand(cell, x, sizes, initial, lengths, reverse);
      const [outputs, state] = run(cell, tensor(x, [4, 3, inputSize]), initial, lengths);
      expect(outputs.shape).toEqual([4, 3, cell.outputSize]);
      expectClose(outputs, want.outputs);
      for (const [k, part] of flattenState(state).entries()) expectClose(part, want.state[k] ?? []);
      expect(cells.describeState(state)).toBe(cells.describeState(cell.stateSize, 4));
    });
  });

  test('gradients to inputs, initial state and weights are the central differences of stepping by hand', () => {
    const lengths = [2, 0, 3, 1];
    const cell = drawnCell(name);
    const like = drawnState(cell, sizes.B);
    const variables = [...(cell.variables?.values() ?? [])] as Variable[];
    const at = [drawnInputs(), ...[...flattenState(like), ...variables].map((t) => [...t.dataSync()])];
    const shares = shapeShares(cell, like);

    for (const reverse of [false, true]) {
      const loss = (values: readonly ArrayLike<number>[]): number => {
        const [x = [], ...others] = values;
        const parts = flattenState(like);
        const state = unflattenState(
          like,
          parts.map((part, k) => tensor(Float32Array.from(others[k] ?? []), part.shape)),
        );
        tidy(() => {
          for (const [k, variable] of variables.entries()) {
            variable.assign(tensor(Float32Array.from(others[parts.length + k] ?? []), variable.shape));
          }
        });
        const results = stepByHand(cell, x, sizes, state, lengths, reverse);
        for (const part of flattenState(state)) part.dispose();
        return [results.outputs, ...results.state]
          .flatMap((result, k) => result.map((entry, i) => entry * (shares[k]?.[i] as number)))
          .reduce((total, term) => total + term, 0);
      };
      const numeric = at.map((values, k) =>
        centralDifferences((moved) => loss(at.map((other, i) => (i === k ? moved : other))), values, h),
      );
      loss(at);

      const inputs = tensor(drawnInputs(), [4, 3, inputSize]);
      for (const { run } of ways.filter((way) => way.reverse === reverse)) {
        const gradients = grads((x, ...rest) =>
          tidy(() => {
            const state = unflattenState(like, rest.slice(0, flattenState(like).length));
            const [outputs, final] = run(cell, x as Tensor3D, state, lengths);
            return [outputs, ...flattenState(final)]
              .map((result, k) => dot(reshape(result, [-1]), tensor1d(shares[k] ?? [])))
              .reduce((total, term) => add(total, term));
          }),
        )([inputs, ...flattenState(like), ...variables]);
        for (const [k, gradient] of gradients.entries()) expectClose(gradient, numeric[k] ?? [], numericBound());
      }
    }
  });

  test.each(ways)('$name leaves nothing behind', ({ run }) => {
    const cell = drawnCell(name);
    const initial = drawnState(cell, sizes.B);
    const inputs = tensor(drawnInputs(), [4, 3, inputSize]) as Tensor3D;
    expectNoLeak(() => tidyState(() => run(cell, inputs, initial, [2, 0, 3, 1])));
  });

  test.each(ways)('$name leaves nothing but gradients behind where it is differentiated', ({ run }) => {
    const cell = drawnCell(name);
    const initial = drawnState(cell, sizes.B);
    const inputs = tensor(drawnInputs(), [4, 3, inputSize]) as Tensor3D;
    const gradient = grad((x) => sum(tidyState(() => run(cell, x as Tensor3D, initial, [2, 0, 3, 1]))[0]));
    expectNoLeak(() => gradient(inputs));
  });

  test('auto is the default kernel', () => {
    const cell = drawnCell(name);
    const inputs = tensor(drawnInputs(), [4, 3, inputSize]) as Tensor3D;
    const want = dynamicRnn(cell, inputs, { kernel: 'auto' })[0].dataSync();
    expect(dynamicRnn(cell, inputs)[0].dataSync()).toEqual(want);
  });
});

test('every cell that @rnn/cells exports is among these', () => {
  const isCell = (value: unknown) => typeof value === 'function' && typeof value.prototype?.call === 'function';
  const exported = Object.entries(cells).filter(([name, value]) => isCell(value) && name !== 'LayerRNNCell');
  const covered = Object.values(everyCell).map((make) => make().constructor);
  expect(exported.length).toBeGreaterThan(5);
  for (const [name, value] of exported) {
    if (!otherCells.includes(name)) expect(covered, name).toContain(value);
  }
  expect(exported.map(([name]) => name)).toEqual(expect.arrayContaining([...otherCells]));
});

/** Different shares in the loss for each number that comes out. */
function shapeShares(cell: RNNCell, state: State): number[][] {
  const outputs = sequenceOf(sizes.B * sizes.T * cell.outputSize, 90);
  return [outputs, ...flattenState(state).map((part: Tensor, k) => sequenceOf(part.size, 91 + k))];
}

/** Of the central differences: a cell that normalises curves too much for the usual 1/64. */
const h = 1 / 256;

/** The loss is differenced in float32 here, which loses as much again to rounding and to curvature. */
const numericBound = (): number => 10 * tolerance(getBackend()).gradient;
