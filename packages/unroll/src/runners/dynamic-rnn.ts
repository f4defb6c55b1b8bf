import { type RNNCell, type State, tidyState } from '@rnn/cells';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Unrolled } from '../pass/pass';
import { runShape } from '../pass/plan';
import { runCells } from '../pass/run-cells';
import type { OverTime } from '../sequences/over-time';
import { checkSequenceLength } from '../sequences/sequence-length';
import {
  checkCell,
  checkInputs,
  checkOptions,
  type RunnerOptions,
  type RunnerOutputs,
  type TensorRunnerOptions,
} from './runner-options';

export interface DynamicRnnOptions<S extends State, ReturnSequences extends boolean | undefined = true | undefined>
  extends RunnerOptions<S>,
    TensorRunnerOptions<ReturnSequences> {}

/**
 * Runs a cell over a sequence in one tensor, as TensorFlow 1's `tf.nn.dynamic_rnn`.
 *
 *     state_0 = initialState;   output_t, state_t+1 = cell(inputs_t, state_t)
 *
 * `inputs [B, T, D]` give `[outputs [B, T, P], state]`; with `timeMajor` both are `[T, B, …]`. A row of length n runs n steps: its outputs
 * from step n on are zeros, its final state is the one after n steps, and no gradient reaches its inputs from step n on. Length 0 gives the
 * initial state back. A cell that is not built gets its variables under `scope`. With `returnSequences: false` the outputs are each row's last
 * valid one alone, `[B, P]`. A cell of images, or of whatever is more than `[B, D]`, takes and gives one axis for time more than at a step.
 *
 * Differentiable in the inputs, the initial state and the weights. Throws `ArgumentError` for a shape, dtype, length or option that does
 * not fit, and for `kernel: 'fused'` where there is no fused kernel, before any weight is made.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { BasicLSTMCell } from '@rnn/cells';
 * import { dynamicRnn } from '@rnn/unroll';
 * import { ones } from '@tensorflow/tfjs-core';
 *
 * const cell = new BasicLSTMCell(3);
 * const [outputs, { c, h }] = dynamicRnn(cell, ones([2, 4, 5]), { sequenceLength: [4, 1] });
 * console.log(outputs.shape, c.shape, h.shape); // [2, 4, 3] [2, 3] [2, 3]
 *
 * const [last] = dynamicRnn(cell, ones([2, 4, 5]), { sequenceLength: [4, 1], returnSequences: false });
 * console.log(last.shape); // [2, 3]
 * console.log([...cell.variables.keys()]); // ['rnn/basic_lstm_cell/kernel', 'rnn/basic_lstm_cell/bias']
 * ```
 */
export function dynamicRnn<
  S extends State,
  ReturnSequences extends boolean | undefined = true | undefined,
  I extends Tensor = Tensor2D,
  O extends Tensor = Tensor2D,
>(
  cell: RNNCell<S, I, O>,
  inputs: OverTime<I>,
  options: DynamicRnnOptions<NoInfer<S>, ReturnSequences> = {},
): [RunnerOutputs<ReturnSequences, O>, S] {
  const where = 'dynamicRnn';
  const { timeMajor = false, returnSequences, initialState, scope = 'rnn', parallelIterations } = options;
  const { swapMemory, kernel, training } = options;
  checkCell(where, 'cell', cell);
  checkInputs(where, cell, inputs, timeMajor);
  checkOptions(where, options);
  const { batchSize, steps } = runShape(inputs, timeMajor);
  const lengths = checkSequenceLength(where, options.sequenceLength, batchSize, steps);

  const run = {
    ...{ where, cell, stateName: 'initialState', initialState, scope },
    ...{ inputs, timeMajor, returnSequences, lengths, parallelIterations, swapMemory, kernel, training },
  };
  return tidyState(() => {
    const [{ outputs, state }] = runCells([run]) as [Unrolled];
    return [outputs as RunnerOutputs<ReturnSequences, O>, state as S];
  });
}
