import { type AnyRNNCell, type InputsOf, type OutputsOf, type State, type StatesOf, tidyState } from '@rnn/cells';
import { runShape } from '../pass/plan';
import type { OverTime } from '../sequences/over-time';
import { checkSequenceLength } from '../sequences/sequence-length';
import { checkStackCells, runStack } from './run-stack';
import {
  checkInputs,
  checkOptions,
  type RunnerOptions,
  type RunnerOutputs,
  type TensorRunnerOptions,
} from './runner-options';

/** What the stacked bidirectional runners take in place of one initial state. */
export interface StackBidirectionalOptions<Fw extends readonly AnyRNNCell[], Bw extends readonly AnyRNNCell[]>
  extends Omit<RunnerOptions<State>, 'initialState' | 'scope'> {
  /** One for each layer, the first first. Default: the zero states. */
  initialStatesFw?: StatesOf<Fw> | undefined;
  /** One for each layer, the first first. Default: the zero states. */
  initialStatesBw?: StatesOf<Bw> | undefined;
  /** The first part of the variables' names, before `cell_0`. Default: `stack_bidirectional_rnn`. */
  scope?: string | undefined;
}

export interface StackBidirectionalDynamicRnnOptions<
  Fw extends readonly AnyRNNCell[],
  Bw extends readonly AnyRNNCell[],
  ReturnSequences extends boolean | undefined = true | undefined,
> extends StackBidirectionalOptions<Fw, Bw>,
    TensorRunnerOptions<ReturnSequences> {}

/**
 * Runs bidirectional layers on top of each other over a sequence in one tensor, as TensorFlow 1's
 * `tf.contrib.rnn.stack_bidirectional_dynamic_rnn`.
 *
 *     x_0 = inputs;   x_k+1 = [outputsFw, outputsBw] of bidirectionalDynamicRnn(cellsFw_k, cellsBw_k, x_k)
 *
 * `inputs [B, T, D]` give `[outputs, statesFw, statesBw]`: the outputs of the last layer, `[B, T, P forward + P backward]`, and lists of the
 * layers' final states, the first layer first. So both cells of a layer see both directions of the one below, which two `MultiRNNCell`s under
 * `bidirectionalDynamicRnn` do not. With `returnSequences: false` the outputs are the last layer's last ones, `[B, P forward + P backward]`.
 * Variables of layer k lie under `stack_bidirectional_rnn/cell_k/bidirectional_rnn/fw` and `…/bw`.
 *
 * Lengths, which hold for every layer, gradients and errors are `bidirectionalDynamicRnn`'s.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { GRUCell, LSTMCell } from '@rnn/cells';
 * import { stackBidirectionalDynamicRnn } from '@rnn/unroll';
 * import { ones } from '@tensorflow/tfjs-core';
 *
 * const cellsFw = [new LSTMCell(8), new LSTMCell(6)];
 * const cellsBw = [new GRUCell(8), new GRUCell(4)];
 * const [outputs, statesFw, statesBw] = stackBidirectionalDynamicRnn(cellsFw, cellsBw, ones([2, 7, 5]));
 * console.log(outputs.shape, statesFw.length, statesBw[1]?.shape); // [2, 7, 10] 2 [2, 4]
 * ```
 */
export function stackBidirectionalDynamicRnn<
  const Fw extends readonly AnyRNNCell[],
  const Bw extends readonly AnyRNNCell[],
  ReturnSequences extends boolean | undefined = true | undefined,
>(
  cellsFw: Fw,
  cellsBw: Bw,
  inputs: OverTime<InputsOf<Fw>>,
  options: StackBidirectionalDynamicRnnOptions<Fw, Bw, ReturnSequences> = {},
): [RunnerOutputs<ReturnSequences, OutputsOf<Fw>>, StatesOf<Fw>, StatesOf<Bw>] {
  const where = 'stackBidirectionalDynamicRnn';
  const { timeMajor = false, returnSequences, scope = 'stack_bidirectional_rnn' } = options;
  const { initialStatesFw, initialStatesBw, parallelIterations, swapMemory, kernel, training } = options;
  checkStackCells(where, cellsFw, cellsBw);
  for (const cell of [cellsFw[0], cellsBw[0]]) checkInputs(where, cell as AnyRNNCell, inputs, timeMajor);
  checkOptions(where, options);
  const { batchSize, steps } = runShape(inputs, timeMajor);
  const lengths = checkSequenceLength(where, options.sequenceLength, batchSize, steps);

  const run = {
    ...{ where, cellsFw, cellsBw, initialStatesFw, initialStatesBw },
    ...{ inputs, timeMajor, returnSequences, lengths, parallelIterations, swapMemory, kernel, training },
    scopeOf: (layer: number) => `${scope}/cell_${layer}/bidirectional_rnn`,
  };
  return tidyState(() => runStack(run) as [RunnerOutputs<ReturnSequences, OutputsOf<Fw>>, StatesOf<Fw>, StatesOf<Bw>]);
}
