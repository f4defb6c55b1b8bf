import '@rnn/cells/gradients';
import { BasicLSTMCell, GRUCell, MultiRNNCell, type RNNCell } from '@rnn/cells';
import { dynamicRnn } from '@rnn/unroll';
import {
  add,
  concat,
  grad,
  memory,
  mul,
  reverse,
  slice,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tensor3d,
  tidy,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { expectClose, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { type Head, heads, type KernelChoice, lastOutput, type Runner, runners } from './last-output';
import { runningSumCell } from './running-sum-cell.fixture';

const bothWays = (
  cells: readonly RNNCell[],
  backwardCells: readonly RNNCell[],
  head: Head,
  runner: Runner,
  kernel: KernelChoice = 'auto',
) => ({ cells, backwardCells, head, runner, kernel, swapMemory: false });

const forward = (cell: RNNCell, runner: Runner, kernel: KernelChoice = 'auto') => ({
  ...{ cells: [cell], backwardCells: undefined, head: 'ends' as const, runner, kernel, swapMemory: false },
});

for (const runner of runners) {
  test(`the ${runner} runner gives the output after the last step of every row`, () => {
    tidy(() => {
      const inputs = tensor3d([1, 2, 10, 20, 100, 200, 3, 4, 30, 40, 300, 400], [2, 3, 2]);
      const output = lastOutput(forward(runningSumCell(2), runner), inputs);
      expect(output.shape).toEqual([2, 2]);
      expectClose(output, [111, 222, 333, 444]);
    });
  });
}

for (const runner of runners) {
  test(`the ${runner} runner has a gradient for the inputs, of one step too`, () => {
    tidy(() => {
      for (const steps of [1, 3]) {
        const inputs = tensor3d(sequenceOf(2 * steps * 2, steps), [2, steps, 2]);
        const ofOutput = (x: Tensor) => sum(lastOutput(forward(runningSumCell(2), runner), x as Tensor3D));
        expectClose(grad(ofOutput)(inputs), new Array(4 * steps).fill(1)); // the output is the sum of the inputs
      }
    });
  });
}

test('both runners, fused or not, give one result for layers of cells', () => {
  const cell = new MultiRNNCell([new BasicLSTMCell(5), new GRUCell(3)]);
  tidy(() => {
    const inputs = tensor3d(sequenceOf(4 * 6 * 2, 1), [4, 6, 2]);
    const want = lastOutput(forward(cell, 'dynamic', 'reference'), inputs).dataSync();
    for (const runner of runners) {
      for (const kernel of ['auto', 'reference'] as const)
        expectClose(lastOutput(forward(cell, runner, kernel), inputs), want);
    }
  });
  cell.dispose();
});

describe.each(runners)('both directions, %s runner', (runner) => {
  test('gives the forward cell’s last output, then the backward cell’s, which is the one of the first step', () => {
    tidy(() => {
      const inputs = tensor3d([1, 2, 10, 20, 100, 200, 3, 4, 30, 40, 300, 400], [2, 3, 2]);
      // Each puts out twice its input and once what its state holds, so the last input counts more.
      const leaning = (): RNNCell<Tensor2D> => ({
        ...runningSumCell(2),
        call: (x, sum) => [add(sum, mul(x, 2)), add(sum, x)],
      });
      const output = lastOutput(bothWays([leaning()], [leaning()], 'ends', runner), inputs);
      expect(output.shape).toEqual([2, 4]);
      expectClose(output, [211, 422, 112, 224, 633, 844, 336, 448]);
    });
  });

  test.each([1, 4])('equals both last states, by two kinds of cells, over %i steps', (steps) => {
    const [cell, backwardCell] = [new BasicLSTMCell(5, { inputSize: 2 }), new GRUCell(3, { inputSize: 2 })];
    tidy(() => {
      const inputs = tensor3d(sequenceOf(3 * steps * 2, 1), [3, steps, 2]);
      const [, { h }] = dynamicRnn(cell, inputs, { kernel: 'reference' });
      const [, last] = dynamicRnn(backwardCell, reverse(inputs, 1), { kernel: 'reference' });
      for (const kernel of ['auto', 'reference'] as const) {
        const output = lastOutput(bothWays([cell], [backwardCell], 'ends', runner, kernel), inputs);
        expectClose(output, concat([h, last], 1).dataSync());
      }
    });
    for (const each of [cell, backwardCell]) each.dispose();
  });
});

/**
 * The plain way, written out: every layer runs forward over the steps and backward over the reversed ones, all outputs are joined; the last step
 * in time, or both ends, are cut out of the top ones.
 */
function plainly(cells: readonly RNNCell[], backwardCells: readonly RNNCell[], head: Head, inputs: Tensor3D): Tensor2D {
  let below = inputs;
  for (const [k, cell] of cells.entries()) {
    const [outputs] = dynamicRnn(cell, below, { kernel: 'reference' });
    const [backward] = dynamicRnn(backwardCells[k] as RNNCell, reverse(below, 1), { kernel: 'reference' });
    below = concat([outputs, reverse(backward, 1)], 2);
  }
  const P = (cells.at(-1) as RNNCell).outputSize;
  const at = (step: number) => sum<Tensor2D>(slice(below, [0, step, 0], [-1, 1, -1]), 1);
  const last = at(below.shape[1] - 1);
  return head === 'last' ? last : concat([slice(last, [0, 0], [-1, P]), slice(at(0), [0, P])], 1);
}

const names = ['one layer', 'two layers', 'three layers of two kinds'] as const;
describe.each(runners.flatMap((runner) => heads.flatMap((head) => names.map((name) => [runner, head, name] as const))))(
  'the %s runner, head %s, %s',
  (runner, head, name) => {
    /** Of other widths in each layer and direction, so that a swap does not fit; built for inputs of 2. */
    const make = () => {
      const units = [5, 4, 3].slice(0, names.indexOf(name) + 1);
      const cells = units.map((n) => new BasicLSTMCell(n));
      const backwardCells = units.map((n) =>
        n === 4 && units.length === 3 ? new GRUCell(n + 2) : new BasicLSTMCell(n + 2),
      );
      let width = 2;
      for (const [k, cell] of cells.entries()) {
        cell.build(width, { scope: `fw${k}` });
        backwardCells[k]?.build(width, { scope: `bw${k}` });
        width = cell.outputSize + (backwardCells[k] as RNNCell).outputSize;
      }
      return { cells, backwardCells };
    };

    test.each([1, 2, 6])('equals the plain way over %i steps, and so do all gradients', (steps) => {
      const { cells, backwardCells } = make();
      const before = memory().numTensors;
      tidy(() => {
        const inputs = tensor3d(sequenceOf(3 * steps * 2, steps), [3, steps, 2]);
        const want = plainly(cells, backwardCells, head, inputs);
        const shares = tensor(sequenceOf(want.size, 50), want.shape);
        const wanted = variableGrads(() => sum(mul(plainly(cells, backwardCells, head, inputs), shares)));
        for (const kernel of ['auto', 'reference'] as const) {
          const run = bothWays(cells, backwardCells, head, runner, kernel);
          expectClose(lastOutput(run, inputs), want.dataSync());
          const { grads } = variableGrads(() => sum(mul(lastOutput(run, inputs), shares)));
          expect(Object.keys(grads)).toEqual(Object.keys(wanted.grads));
          for (const [weight, gradient] of Object.entries(wanted.grads))
            expectClose(grads[weight] as Tensor, gradient.dataSync());
        }
      });
      expect(memory().numTensors).toBe(before);
      for (const cell of [...cells, ...backwardCells]) cell.dispose();
    });

    test('padded rows give what each gives alone, whatever their padding holds, and so do all gradients', () => {
      const { cells, backwardCells } = make();
      const sequenceLength = Int32Array.of(4, 1, 3);
      const before = memory().numTensors;
      tidy(() => {
        const inputs = tensor3d(sequenceOf(3 * 4 * 2, 7), [3, 4, 2]);
        const alone = () =>
          concat(
            [...sequenceLength].map((length, row) =>
              plainly(cells, backwardCells, head, slice(inputs, [row, 0, 0], [1, length, 2])),
            ),
          );
        const shares = tensor(sequenceOf(3 * alone().shape[1], 50), alone().shape);
        const wanted = variableGrads(() => sum(mul(alone(), shares)));
        for (const kernel of ['auto', 'reference'] as const) {
          const run = { ...bothWays(cells, backwardCells, head, runner, kernel), sequenceLength };
          expectClose(lastOutput(run, inputs), alone().dataSync());
          const { grads } = variableGrads(() => sum(mul(lastOutput(run, inputs), shares)));
          expect(Object.keys(grads)).toEqual(Object.keys(wanted.grads));
          for (const [weight, gradient] of Object.entries(wanted.grads))
            expectClose(grads[weight] as Tensor, gradient.dataSync());
        }
      });
      expect(memory().numTensors).toBe(before);
      for (const cell of [...cells, ...backwardCells]) cell.dispose();
    });

    test('a row without a step gives zeros', () => {
      const { cells, backwardCells } = make();
      tidy(() => {
        const inputs = tensor3d(sequenceOf(2 * 3 * 2, 7), [2, 3, 2]);
        const run = { ...bothWays(cells, backwardCells, head, runner), sequenceLength: [0, 3] };
        const output = lastOutput(run, inputs);
        expectClose(slice(output, [0, 0], [1, -1]), new Array(output.shape[1]).fill(0));
        expectClose(slice(output, [1, 0]), plainly(cells, backwardCells, head, slice(inputs, [1, 0, 0])).dataSync());
      });
      for (const cell of [...cells, ...backwardCells]) cell.dispose();
    });
  },
);

test.each(runners)('one way, the %s runner gives the output after the last valid step of every row', (runner) => {
  tidy(() => {
    const inputs = tensor3d([1, 2, 10, 20, 100, 200, 3, 4, 30, 40, 300, 400], [2, 3, 2]);
    const output = lastOutput({ ...forward(runningSumCell(2), runner), sequenceLength: [2, 1] }, inputs);
    expectClose(output, [11, 22, 3, 4]);
  });
});

test('of one layer and head last, the backward cell takes one step of the sequence', () => {
  const [cell, backwardCell] = [new BasicLSTMCell(5, { inputSize: 2 }), new BasicLSTMCell(3, { inputSize: 2 })];
  let steps = 0;
  const counting: RNNCell = {
    stateSize: backwardCell.stateSize,
    outputSize: 3,
    call(x, state) {
      steps++;
      return backwardCell.call(x, state as Parameters<typeof backwardCell.call>[1]);
    },
  };
  const inputs = tensor3d(sequenceOf(3 * 6 * 2, 1), [3, 6, 2]);
  for (const runner of runners) {
    steps = 0;
    tidy(() => lastOutput(bothWays([cell], [counting], 'last', runner), inputs));
    expect([runner, steps]).toEqual([runner, 1]);
  }
  inputs.dispose();
  for (const each of [cell, backwardCell]) each.dispose();
});
