import type { RNNCell, State } from '@rnn/cells';
import { dynamicRnn, type RunnerOptions, staticRnn } from '@rnn/unroll';
import { type Rank, reshape, slice, type Tensor2D, type Tensor3D, transpose, unstack } from '@tensorflow/tfjs-core';

/** Which runner unrolls the cell: `dynamicRnn` on one tensor, or `staticRnn` on a list of steps. Their numbers are equal. */
export type Runner = 'dynamic' | 'static';

export const runners: readonly Runner[] = ['dynamic', 'static'];

/** Whether a fused kernel computes the sequence: see `@rnn/unroll`, which refuses any other. */
export type KernelChoice = NonNullable<RunnerOptions<State>['kernel']>;

/** Runs a cell from its zero state over `inputs [B, T, D]` and gives the output of the last step, `[B, P]`. */
export function lastOutput(cell: RNNCell, inputs: Tensor3D, runner: Runner, kernel: KernelChoice): Tensor2D {
  const [batchSize, steps, inputSize] = inputs.shape;
  if (runner === 'static') {
    // TensorFlow.js has no gradient for an unstack into one.
    const list = steps === 1 ? [reshape<Rank.R2>(inputs, [batchSize, inputSize])] : unstack(inputs, 1);
    const [outputs] = staticRnn(cell, list as Tensor2D[], { kernel });
    return outputs[steps - 1] as Tensor2D;
  }
  // Time-major, since the last step then lies in one piece.
  const [outputs] = dynamicRnn(cell, transpose(inputs, [1, 0, 2]), { kernel, timeMajor: true });
  const width = outputs.shape[2];
  return reshape(slice(outputs, [steps - 1, 0, 0], [1, batchSize, width]), [batchSize, width]);
}
