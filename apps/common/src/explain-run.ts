import type { RNNCell } from '@rnn/cells';
import type { Examples, KernelChoice } from '@rnn/trainers';
import { explain } from '@rnn/unroll';
import { type Tensor3D, tidy, zeros } from '@tensorflow/tfjs-core';

/** Which kernel will run on batches of these examples, and why, in a line. */
export function explainRun(cell: RNNCell, examples: Examples, batchSize: number, kernel: KernelChoice): string {
  const [steps = 0, inputSize = 0] = examples.inputShape;
  // No batch is larger than the set; `fit` refuses one that shall be.
  const rows = Math.min(batchSize, examples.size);
  return tidy(() => `${explain(cell, zeros([rows, steps, inputSize]) as Tensor3D, { kernel })}`);
}
