import '@rnn/cells/gradients';
import { BasicLSTMCell, GRUCell, MultiRNNCell } from '@rnn/cells';
import { grad, sum, type Tensor, type Tensor3D, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { expectClose, sequenceOf } from 'testing';
import { expect, test } from 'vitest';
import { lastOutput, runners } from './last-output';
import { runningSumCell } from './running-sum-cell.fixture';

for (const runner of runners) {
  test(`the ${runner} runner gives the output after the last step of every row`, () => {
    tidy(() => {
      const inputs = tensor3d([1, 2, 10, 20, 100, 200, 3, 4, 30, 40, 300, 400], [2, 3, 2]);
      const output = lastOutput(runningSumCell(2), inputs, runner, 'auto');
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
        const ofOutput = (x: Tensor) => sum(lastOutput(runningSumCell(2), x as Tensor3D, runner, 'auto'));
        expectClose(grad(ofOutput)(inputs), new Array(4 * steps).fill(1)); // the output is the sum of the inputs
      }
    });
  });
}

test('both runners, fused or not, give one result for layers of cells', () => {
  const cell = new MultiRNNCell([new BasicLSTMCell(5), new GRUCell(3)]);
  tidy(() => {
    const inputs = tensor3d(sequenceOf(4 * 6 * 2, 1), [4, 6, 2]);
    const want = lastOutput(cell, inputs, 'dynamic', 'reference').dataSync();
    for (const runner of runners) {
      for (const kernel of ['auto', 'reference'] as const) expectClose(lastOutput(cell, inputs, runner, kernel), want);
    }
  });
  cell.dispose();
});
