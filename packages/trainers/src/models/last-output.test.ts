import '@rnn/cells/gradients';
import { BasicLSTMCell, GRUCell, MultiRNNCell, type RNNCell } from '@rnn/cells';
import { dynamicRnn } from '@rnn/unroll';
import {
  add,
  concat,
  grad,
  mul,
  reverse,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor3d,
  tidy,
} from '@tensorflow/tfjs-core';
import { expectClose, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { type KernelChoice, lastOutput, type Runner, runners } from './last-output';
import { runningSumCell } from './running-sum-cell.fixture';

const forward = (cell: RNNCell, runner: Runner, kernel: KernelChoice = 'auto') => ({
  ...{ cell, backwardCell: undefined, runner, kernel, swapMemory: false },
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
      const output = lastOutput(
        { cell: leaning(), backwardCell: leaning(), runner, kernel: 'auto', swapMemory: false },
        inputs,
      );
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
        expectClose(
          lastOutput({ cell, backwardCell, runner, kernel, swapMemory: false }, inputs),
          concat([h, last], 1).dataSync(),
        );
      }
    });
    for (const each of [cell, backwardCell]) each.dispose();
  });
});
