import '@rnn/cells/gradients';
import {
  BasicLSTMCell,
  ClockworkRNNCell,
  EmbeddingWrapper,
  flattenState,
  PhasedLSTMCell,
  type RNNCell,
  type State,
  tidyState,
  zeroState,
} from '@rnn/cells';
import { slice, sum, type Tensor3D, tensor3d, unstack, type Variable, variableGrads } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { dynamicRnn } from './dynamic-rnn';
import { staticRnn } from './static-rnn';
import { stepByHand } from './testing/by-hand';
import { otherCells } from './testing/every-cell';

const [B, T] = [3, 6];
const lengths = [6, 0, 3];
const ids = Array.from({ length: B * T }, (_, n) => (5 * n) % 4);
/** Rows of a time, later at each step, and two features. */
const timed = Array.from({ length: B * T }, (_, n) => [0.7 * (n % T) + 0.1, ...sequenceOf(2, n)]).flat();

/** Each cell that `every-cell.ts` leaves out, with inputs `[B, T, D]` that it takes. */
const cases: Readonly<Record<string, { make: () => RNNCell; D: number; inputs: number[] }>> = {
  ClockworkRNNCell: {
    make: () => new ClockworkRNNCell(4, { periods: [1, 3], firstStep: 1 }),
    ...{ D: 2, inputs: sequenceOf(B * T * 2, 1) },
  },
  EmbeddingWrapper: {
    make: () => new EmbeddingWrapper(new BasicLSTMCell(2), { embeddingClasses: 4, embeddingSize: 3 }),
    ...{ D: 1, inputs: ids },
  },
  PhasedLSTMCell: {
    make: () => new PhasedLSTMCell(3, { usePeepholes: true, periodInitMax: 4, ratioOn: 0.5 }),
    ...{ D: 3, inputs: timed },
  },
};

test('every cell that is left out elsewhere is here', () => {
  expect(Object.keys(cases)).toEqual(otherCells);
});

describe.each(Object.entries(cases))('%s', (_, { make, D, inputs }) => {
  const x = () => tensor3d(inputs, [B, T, D]);
  const numbers = (state: State): number[] => flattenState(state).flatMap((part) => [...part.dataSync()]);

  test('gives in every runner what stepping by hand gives', () => {
    const cell = make();
    cell.build?.(D);
    const want = stepByHand(cell, inputs, { B, T, D }, zeroState(cell.stateSize, B), lengths);
    const [outputs, state] = dynamicRnn(cell, x(), { sequenceLength: lengths });
    expectClose(outputs, want.outputs);
    expectClose(numbers(state), want.state.flat());
    const [steps, last] = staticRnn(cell, unstack(x(), 1) as never, { sequenceLength: lengths });
    for (const [t, output] of steps.entries()) expectClose(output, unstack(outputs, 1)[t]?.dataSync() ?? []);
    expectClose(numbers(last), want.state.flat());
  });

  test('gives in two chunks what the whole gives', () => {
    const cell = make();
    const [whole, want] = dynamicRnn(cell, x());
    const chunk = (from: number, size: number): Tensor3D => slice(x(), [0, from, 0], [-1, size, -1]);
    const [first, middle] = dynamicRnn(cell, chunk(0, 2));
    const [second, state] = dynamicRnn(cell, chunk(2, 4), { initialState: middle });
    expectClose(first, slice(whole, [0, 0, 0], [-1, 2, -1]).dataSync());
    expectClose(second, slice(whole, [0, 2, 0], [-1, 4, -1]).dataSync());
    expectClose(numbers(state), numbers(want));
  });

  test('gives every weight a gradient, and leaves nothing behind', () => {
    const cell = make();
    cell.build?.(D);
    const variables = [...(cell.variables?.values() ?? [])] as Variable[];
    const [values, run] = [x(), () => tidyState(() => dynamicRnn(cell, x(), { sequenceLength: lengths }))];
    const { grads } = variableGrads(() => sum(dynamicRnn(cell, values, { sequenceLength: lengths })[0]), variables);
    for (const { name } of variables) expect(grads[name]?.dataSync().some((value) => value !== 0)).toBe(true);
    expectNoLeak(run);
  });
});
