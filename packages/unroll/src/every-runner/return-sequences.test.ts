import '@rnn/cells/gradients';
import { flattenState, LSTMCell, MultiRNNCell, type RNNCell, type State, tidyState } from '@rnn/cells';
import {
  add,
  dot,
  grads,
  mul,
  profile,
  reshape,
  type Scalar,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tensor1d,
  transpose,
  unstack,
  type Variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { bidirectionalDynamicRnn } from '../runners/bidirectional-dynamic-rnn';
import { dynamicRnn } from '../runners/dynamic-rnn';
import { staticRnn } from '../runners/static-rnn';
import { CountingCell } from '../testing/counting-cell';
import { caseOf, drawnCell, drawnState, everyCell, inputSize } from '../testing/every-cell';
import { gradientsOrZeros } from '../testing/gradients-or-zeros';

const [B, T] = [4, 3];
const inputs = () => tensor(sequenceOf(B * T * inputSize, 7), [B, T, inputSize]) as Tensor3D;
const swap = (x: Tensor3D): Tensor3D => transpose(x, [1, 0, 2]);

interface Options {
  readonly kernel: 'auto' | 'reference';
  readonly sequenceLength: readonly number[] | undefined;
  readonly initialState: State | undefined;
}
type Run = (cell: RNNCell, x: Tensor3D, options: Options) => [outputs: Tensor, state: State];

/** Every way to ask for last outputs, on `[B, T, D]`. */
const ways: { name: string; backward: boolean; last: Run }[] = [
  {
    name: 'dynamicRnn',
    backward: false,
    last: (cell, x, options) => dynamicRnn(cell, x, { ...options, returnSequences: false }),
  },
  {
    name: 'dynamicRnn, time-major',
    backward: false,
    last: (cell, x, options) => dynamicRnn(cell, swap(x), { ...options, timeMajor: true, returnSequences: false }),
  },
  {
    name: 'staticRnn',
    backward: false,
    last: (cell, x, options) => staticRnn(cell, unstack(x, 1), { ...options, returnSequences: false }),
  },
  {
    name: 'bidirectionalDynamicRnn, forward',
    backward: false,
    last(cell, x, { initialState, ...options }) {
      const all = { ...options, initialStateFw: initialState, returnSequences: false } as const;
      const [[outputs], [state]] = bidirectionalDynamicRnn(cell, new CountingCell(inputSize), x, all);
      return [outputs, state];
    },
  },
  {
    name: 'bidirectionalDynamicRnn, backward',
    backward: true,
    last(cell, x, { initialState, ...options }) {
      const all = { ...options, initialStateBw: initialState, returnSequences: false } as const;
      const [[, outputs], [, state]] = bidirectionalDynamicRnn(new CountingCell(inputSize), cell, x, all);
      return [outputs, state];
    },
  },
];
/** Each with each kernel where the cell has a recurrence; without one both are the same. */
const casesOf = ({ recurrence }: RNNCell) => {
  const kernels = recurrence === undefined ? (['auto'] as const) : (['auto', 'reference'] as const);
  return kernels.flatMap((kernel) => ways.map((way) => ({ ...way, kernel })));
};

/** All outputs `[B, T, P]` and the final state by stock operations. */
const everything = (cell: RNNCell, x: Tensor3D, backward: boolean, { initialState, ...options }: Options) => {
  const all = { ...options, kernel: 'reference' } as const;
  if (!backward) return dynamicRnn(cell, x, { ...all, initialState });
  const both = { ...all, initialStateBw: initialState };
  const [[, outputs], [, state]] = bidirectionalDynamicRnn(new CountingCell(inputSize), cell, x, both);
  return [outputs, state] as const;
};

/** The time step of a row's last output, where there is one. */
const lastStep = (length: number, backward: boolean): number | undefined =>
  length === 0 ? undefined : backward ? 0 : length - 1;

/** The cells that any numbers will do for; what comes out last does not depend on what goes in. */
const cells = Object.entries(everyCell).flatMap(([name, entry]) => (typeof entry === 'function' ? [name] : []));

describe.each(cells)('returnSequences: false, %s', (name) => {
  const cases = casesOf(caseOf(name).make());

  describe.each([{ lengths: undefined }, { lengths: [0, 0, 0, 0] }, { lengths: [2, 0, 3, 1] }])(
    'lengths $lengths',
    ({ lengths }) => {
      test.each(cases)(
        '$name, kernel: $kernel: each row’s output at its last valid step, or zeros, and the state',
        ({ backward, last, kernel }) => {
          const cell = drawnCell(name);
          const options = { kernel, sequenceLength: lengths, initialState: drawnState(cell, B) };
          const [all, wantState] = everything(cell, inputs(), backward, options);
          const rows = all.arraySync();
          const [outputs, state] = last(cell, inputs(), options);
          expect(outputs.shape).toEqual([B, cell.outputSize]);
          expectClose(
            outputs,
            rows.flatMap((steps, b) => {
              const step = lastStep(lengths?.[b] ?? T, backward);
              return step === undefined ? new Array<number>(cell.outputSize).fill(0) : (steps[step] as number[]);
            }),
          );
          const want = flattenState(wantState);
          for (const [k, part] of flattenState(state).entries()) expectClose(part, (want[k] as Tensor).dataSync());
        },
      );
    },
  );

  test('gradients are those of the outputs at the last valid steps', () => {
    const lengths = [2, 0, 3, 1];
    const cell = drawnCell(name);
    const P = cell.outputSize;
    const variables = [...(cell.variables?.values() ?? [])] as Variable[];
    const shares = sequenceOf(B * P, 50);
    const ofState = (state: State): Tensor =>
      flattenState(state)
        .map((part, k) => dot(reshape(part, [-1]), tensor1d(sequenceOf(part.size, 60 + k))))
        .reduce((total, term) => add(total, term));
    const options = (kernel: 'auto' | 'reference') => ({ kernel, sequenceLength: lengths, initialState: undefined });

    for (const { name, backward, last, kernel } of cases) {
      const picks = new Array<number>(B * T * P).fill(0);
      for (const [b, length] of lengths.entries()) {
        const step = lastStep(length, backward);
        for (let p = 0; p < P && step !== undefined; p++) picks[(b * T + step) * P + p] = shares[b * P + p] as number;
      }
      const at = [inputs(), ...variables] as const;
      const want = gradientsOrZeros(() => {
        const [all, state] = everything(cell, at[0], backward, options('reference'));
        return add<Scalar>(sum(mul(all, tensor(picks, [B, T, P]))), ofState(state));
      }, at);
      const got = gradientsOrZeros(() => {
        const [outputs, state] = last(cell, at[0], options(kernel));
        return add<Scalar>(sum(mul(outputs, tensor(shares, [B, P]))), ofState(state));
      }, at);
      for (const [k, gradient] of got.entries()) {
        expect(gradient.shape, name).toEqual(want[k]?.shape);
        expectClose(gradient, (want[k] as Tensor).dataSync());
      }
    }
  });

  test.each(cases)('$name, kernel: $kernel: leaves nothing behind', ({ last, kernel }) => {
    const cell = drawnCell(name);
    const x = inputs();
    const options = { kernel, sequenceLength: [2, 0, 3, 1], initialState: undefined };
    expectNoLeak(() => tidyState(() => last(cell, x, options)));
    const gradient = grads((at) => sum(tidyState(() => last(cell, at as Tensor3D, options))[0]));
    expectNoLeak(() => gradient([x]));
  });

  test.each(cases)('$name, kernel: $kernel: the outputs can be disposed alone', ({ last, kernel }) => {
    const cell = drawnCell(name);
    const [outputs, state] = last(cell, inputs(), { kernel, sequenceLength: undefined, initialState: undefined });
    outputs.dispose();
    for (const part of flattenState(state)) expect(part.isDisposed).toBe(false);
  });
});

test('of no steps at all the last outputs are zeros, whatever the initial state', () => {
  const cell = new LSTMCell(2);
  const initialState = drawnState(cell, B) as { c: Tensor2D; h: Tensor2D };
  const [outputs, state] = dynamicRnn(cell, zeros([B, 0, 3]), { initialState, returnSequences: false });
  expectClose(outputs, new Array(B * 2).fill(0));
  expectClose(state.h, initialState.h.dataSync());
});

test('of no rows they are empty', () => {
  const [outputs] = dynamicRnn(new LSTMCell(2), zeros([0, 4, 3]), { sequenceLength: [], returnSequences: false });
  expect(outputs.shape).toEqual([0, 2]);
});

describe('what runs where the kernel is fused', () => {
  const kernelsOf = async (run: () => unknown): Promise<string[]> => {
    const { kernels } = await profile(() => run() as Tensor);
    return kernels.map(({ name }) => name).filter((name) => name !== 'Identity');
  };
  const layers = () => new MultiRNNCell([new LSTMCell(4), new LSTMCell(2)]);
  const built = (cell: RNNCell): RNNCell => {
    cell.build?.(inputSize);
    return cell;
  };

  test.each([true, false])(
    'no transposes in either layout, nor slices of the outputs: returnSequences %s',
    async (all) => {
      const cell = built(layers());
      for (const timeMajor of [true, false]) {
        const run = () => dynamicRnn(cell, inputs(), { timeMajor, returnSequences: all, kernel: 'fused' })[0];
        expect(await kernelsOf(run)).toEqual(['RnnLayeredSequences']);
      }
    },
  );

  test('without an initial state no zeros are handed to the operation, and with one they are', async () => {
    const cell = built(new LSTMCell(4));
    const tensors = async (initialState: State | undefined) => {
      const { kernels } = await profile(() => dynamicRnn(cell, inputs(), { initialState })[0]);
      return kernels.find(({ name }) => name === 'RnnLayeredSequences')?.inputShapes.length;
    };
    expect(await tensors(undefined)).toBe(3); // x, kernel, bias
    expect(await tensors(drawnState(cell, B))).toBe(5);
  });
});
