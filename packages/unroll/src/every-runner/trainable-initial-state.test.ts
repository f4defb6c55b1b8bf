import '@rnn/cells/gradients';
import {
  DropoutWrapper,
  flattenState,
  GRUCell,
  LSTMCell,
  MultiRNNCell,
  NASCell,
  type RNNCell,
  type State,
  trainableInitialState,
  zeroState,
} from '@rnn/cells';
import {
  add,
  dot,
  reshape,
  type Scalar,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tensor1d,
  tensor3d,
  tidy,
  unstack,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { centralDifferences, expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { explain } from '../pass/explain';
import { bidirectionalDynamicRnn } from '../runners/bidirectional-dynamic-rnn';
import { dynamicRnn } from '../runners/dynamic-rnn';
import { stackBidirectionalDynamicRnn } from '../runners/stack-bidirectional-dynamic-rnn';
import { staticBidirectionalRnn } from '../runners/static-bidirectional-rnn';
import { staticRnn } from '../runners/static-rnn';
import { stepByHand } from '../testing/by-hand';

const [B, T, D] = [3, 4, 2];
const lengths = [4, 0, 2];
const numbers = sequenceOf(B * T * D, 1);
const x = (): Tensor3D => tensor3d(numbers, [B, T, D]);

type Cell = RNNCell<State> & { variables: ReadonlyMap<string, Variable> };
const cells: Readonly<Record<string, () => Cell>> = {
  'an LSTM': () => trainableInitialState(new LSTMCell(3)) as unknown as Cell,
  'a projected LSTM with one tensor for a state': () =>
    trainableInitialState(new LSTMCell(3, { numProj: 2, stateIsTuple: false })) as unknown as Cell,
  'a stepped cell': () => trainableInitialState(new NASCell(3)) as unknown as Cell,
  'layers as a whole': () =>
    trainableInitialState(new MultiRNNCell([new LSTMCell(3), new GRUCell(2)])) as unknown as Cell,
  'one of two layers': () =>
    new MultiRNNCell([new LSTMCell(3), trainableInitialState(new GRUCell(2))]) as unknown as Cell,
};

/** With all variables different, those of the initial state too. */
function drawn(name: string, scope = 'rnn'): Cell {
  const cell = (cells[name] as () => Cell)();
  cell.build?.(D, { scope });
  tidy(() => {
    for (const [k, variable] of [...cell.variables.values()].entries())
      variable.assign(tensor(sequenceOf(variable.size, k + 3), variable.shape));
  });
  return cell;
}
const isStart = ([name]: [string, Variable]): boolean => name.includes('initial_state');
const starts = (cell: Cell): Variable[] => [...cell.variables].filter(isStart).map(([, variable]) => variable);

type Run = (cell: Cell, kernel: 'auto' | 'reference') => [outputs: Tensor, state: State];
const runs: Readonly<Record<string, Run>> = {
  dynamicRnn: (cell, kernel) => dynamicRnn(cell, x(), { sequenceLength: lengths, kernel }),
  staticRnn: (cell, kernel) => {
    const steps = unstack(x(), 1) as Tensor2D[];
    const [outputs, state] = staticRnn(cell, steps, { sequenceLength: lengths, kernel });
    return [reshape(tensor(outputs.map((output) => output.arraySync())), [T, B, cell.outputSize]), state];
  },
};

describe.each(Object.keys(cells))('%s', (name) => {
  test.each(['auto', 'reference'] as const)(
    'begins at its variables where no initial state is given, kernel: %s',
    (kernel) => {
      const cell = drawn(name);
      const start = (cell as unknown as { zeroState(batch: number): State }).zeroState(B);
      const want = stepByHand(cell, numbers, { B, T, D }, start, lengths);
      const [outputs, state] = runs.dynamicRnn?.(cell, kernel) ?? [];
      expectClose(outputs as Tensor, want.outputs);
      for (const [k, part] of flattenState(state as State).entries()) expectClose(part, want.state[k] ?? []);
      const [, end] = runs.staticRnn?.(cell, kernel) ?? [];
      for (const [k, part] of flattenState(end as State).entries()) expectClose(part, want.state[k] ?? []);
      // The row of length 0 stays where it began.
      const last = flattenState(state as State).at(-1) as Tensor;
      const width = last.size / B;
      expect(
        last
          .dataSync()
          .slice(width, 2 * width)
          .every((value) => value !== 0),
      ).toBe(true);
      const elsewhere = zeroState(cell.stateSize, B);
      const [given] = dynamicRnn(cell, x(), { kernel, initialState: elsewhere, sequenceLength: lengths });
      expectClose(given, stepByHand(cell, numbers, { B, T, D }, elsewhere, lengths).outputs);
    },
  );

  test('has the gradients of central differences, on either kernel, in both directions', () => {
    const cell = drawn(name);
    const other = new GRUCell(2, { inputSize: D });
    const variables = starts(cell);
    const shares = sequenceOf(400, 9);
    const weighted = (parts: readonly Tensor[]): Scalar =>
      tidy(() =>
        parts
          .map((part, k) => dot(reshape(part, [-1]), tensor1d(shares.slice(7 * k, 7 * k + part.size))) as Scalar)
          .reduce((sum, term) => add(sum, term)),
      );
    const losses: Readonly<Record<string, () => Scalar>> = {
      auto: () => weighted(ofRun(dynamicRnn(cell, x(), { sequenceLength: lengths }))),
      reference: () => weighted(ofRun(dynamicRnn(cell, x(), { sequenceLength: lengths, kernel: 'reference' }))),
      forward: () => {
        const [[outputs], [state]] = bidirectionalDynamicRnn(cell, other, x(), { sequenceLength: lengths });
        return weighted(ofRun([outputs, state]));
      },
      backward: () => {
        const [[, outputs], [, state]] = bidirectionalDynamicRnn(other, cell, x(), { sequenceLength: lengths });
        return weighted(ofRun([outputs, state]));
      },
    };
    for (const loss of Object.values(losses)) {
      const { grads } = variableGrads(loss, variables);
      for (const variable of variables) {
        const at = [...variable.dataSync()];
        const set = (moved: ArrayLike<number>) =>
          tidy(() => variable.assign(tensor(Float32Array.from(moved), variable.shape)));
        const slopes = centralDifferences(
          (moved) => {
            set(moved);
            return tidy(() => loss().dataSync()[0] as number);
          },
          at,
          1 / 64,
        );
        set(at);
        expectClose(grads[variable.name] as Tensor, slopes, 5e-3);
      }
    }
  });

  test('leaves nothing behind', () => {
    const [cell, inputs] = [drawn(name), x()];
    expectNoLeak(() => tidy(() => dynamicRnn(cell, inputs, { sequenceLength: lengths })[0]));
    const loss = () =>
      dot(reshape(dynamicRnn(cell, inputs)[0], [-1]), tensor1d(sequenceOf(B * T * cell.outputSize, 2)));
    expectNoLeak(() => tidy(() => variableGrads(() => loss() as Scalar, starts(cell)).grads));
  });
});

const ofRun = ([outputs, state]: readonly [Tensor, State]): Tensor[] => [outputs, ...flattenState(state)];

test('runs on the fused kernel of its cell, in evaluation of what it wraps too', () => {
  const explained = (cell: RNNCell<State>, training = true) =>
    explain(cell, x(), { training }).layers.map(({ op }) => op);
  expect(explained(drawn('an LSTM'))).toEqual(['lstmSequence']);
  expect(explained(drawn('layers as a whole'))).toEqual(['lstmSequence', 'gruSequence']);
  expect(explained(drawn('one of two layers'))).toEqual(['lstmSequence', 'gruSequence']);
  expect(explained(drawn('a stepped cell'))).toEqual(['steps']);
  const dropped = trainableInitialState(new DropoutWrapper(new GRUCell(3), { inputKeepProb: 0.5 }));
  expect(explained(dropped as never, false)).toEqual(['gruSequence']);
  dynamicRnn(dropped, x(), { training: false, kernel: 'fused' });
});

test('names follow the scopes of every runner', () => {
  const make = () => trainableInitialState(new GRUCell(2));
  const starts = (...all: ReturnType<typeof make>[]) => all.map(({ variables }) => [...variables.keys()].at(-1));
  const [fw, bw] = [make(), make()];
  bidirectionalDynamicRnn(fw, bw, x());
  expect(starts(fw, bw)).toEqual(['bidirectional_rnn/fw/initial_state', 'bidirectional_rnn/bw/initial_state']);
  const steps = unstack(x(), 1) as Tensor2D[];
  const [named, other] = [make(), make()];
  staticBidirectionalRnn(named, other, steps, { scope: 'both' });
  expect(starts(named, other)).toEqual(['both/fw/initial_state', 'both/bw/initial_state']);
  const [upFw, upBw] = [make(), make()];
  stackBidirectionalDynamicRnn([new GRUCell(2), upFw], [new GRUCell(2), upBw], x());
  expect(starts(upFw)).toEqual(['stack_bidirectional_rnn/cell_1/bidirectional_rnn/fw/initial_state']);
});
