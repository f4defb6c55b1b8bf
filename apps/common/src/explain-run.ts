import type { RNNCell } from '@rnn/cells';
import type { Examples, KernelChoice } from '@rnn/trainers';
import { Explanation, explain, type LayerPlan } from '@rnn/unroll';
import { getBackend, type Tensor3D, zeros } from '@tensorflow/tfjs-core';

/**
 * Which kernels will run layers of cells on batches of these examples, and why, in a line. A layer has one cell, or one each way, and sees all
 * outputs of the one below.
 */
export function explainRun(
  layers: readonly (readonly RNNCell[])[],
  examples: Examples,
  batchSize: number,
  kernel: KernelChoice,
): string {
  const [steps = 0, inputSize = 0] = examples.inputShape;
  // No batch is larger than the set; `fit` refuses one that shall be.
  const rows = Math.min(batchSize, examples.size);
  const plans: LayerPlan[] = [];
  let width = inputSize;
  for (const cells of layers) {
    const inputs: Tensor3D = zeros([rows, steps, width]);
    for (const cell of cells) plans.push(...explain(cell, inputs, { kernel }).layers);
    inputs.dispose();
    width = cells.reduce((sum, { outputSize }) => sum + outputSize, 0);
  }
  return `${new Explanation(getBackend(), plans)}`;
}
