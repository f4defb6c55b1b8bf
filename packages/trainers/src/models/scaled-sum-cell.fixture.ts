import type { RNNCell } from '@rnn/cells';
import { add, mul, type Tensor2D } from '@tensorflow/tfjs-core';
import { runningSumCell } from './running-sum-cell.fixture';

/** As `runningSumCell(1)`, whose output is multiplied. */
export const scaledSumCell = (scale: number): RNNCell<Tensor2D> => ({
  ...runningSumCell(1),
  call: (x, sum) => [mul(add(sum, x), scale), add(sum, x)],
});
