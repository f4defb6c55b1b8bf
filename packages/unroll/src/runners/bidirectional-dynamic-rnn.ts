import { type AnyRNNCell, type RNNCell, type State, tidyState } from '@rnn/cells';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Unrolled } from '../pass/pass';
import { runShape } from '../pass/plan';
import { type Run, runCells } from '../pass/run-cells';
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

/** What the bidirectional runners take in place of one initial state. */
export interface BidirectionalOptions<F extends State, B extends State>
  extends Omit<RunnerOptions<State>, 'initialState' | 'scope'> {
  /** Default: the zero state. */
  initialStateFw?: F | undefined;
  /** Default: the zero state. */
  initialStateBw?: B | undefined;
  /** The first part of the variables' names, before `fw` and `bw`. Default: `bidirectional_rnn`. */
  scope?: string | undefined;
}

export interface BidirectionalDynamicRnnOptions<
  F extends State,
  B extends State,
  ReturnSequences extends boolean | undefined = true | undefined,
> extends BidirectionalOptions<F, B>,
    TensorRunnerOptions<ReturnSequences> {}

/**
 * Runs one cell forward and another backward over a sequence in one tensor, as TensorFlow 1's `tf.nn.bidirectional_dynamic_rnn`.
 *
 * `inputs [B, T, D]` give `[[outputsFw, outputsBw], [stateFw, stateBw]]`, the outputs `[B, T, P]` each, step t of both belonging to step t of
 * the inputs. The backward cell starts at each row's last valid step; its final state is the one after the first step. With
 * `returnSequences: false` the outputs are each row's last ones alone, `[B, P]`: forward the one of its last valid step, backward the one of step
 * 0. Variables lie under `bidirectional_rnn/fw` and `bidirectional_rnn/bw`, or under `scope` in place of `bidirectional_rnn`.
 *
 * Cells of one kind (both LSTMs, both GRUs, both basic ones, or as many layers, layer by layer) run as one operation, on the threads together.
 *
 * Lengths, gradients and errors are `dynamicRnn`'s.
 */
export function bidirectionalDynamicRnn<
  F extends State,
  B extends State,
  ReturnSequences extends boolean | undefined = true | undefined,
  I extends Tensor = Tensor2D,
  FO extends Tensor = Tensor2D,
  BO extends Tensor = Tensor2D,
>(
  cellFw: RNNCell<F, I, FO>,
  cellBw: RNNCell<B, NoInfer<I>, BO>,
  inputs: OverTime<I>,
  options: BidirectionalDynamicRnnOptions<NoInfer<F>, NoInfer<B>, ReturnSequences> = {},
): [[RunnerOutputs<ReturnSequences, FO>, RunnerOutputs<ReturnSequences, BO>], [F, B]] {
  const where = 'bidirectionalDynamicRnn';
  const { timeMajor = false, returnSequences, parallelIterations, swapMemory } = options;
  checkCell(where, 'cellFw', cellFw);
  checkCell(where, 'cellBw', cellBw);
  for (const cell of [cellFw, cellBw]) checkInputs(where, cell, inputs, timeMajor);
  checkOptions(where, options);
  const { batchSize, steps } = runShape(inputs, timeMajor);
  const lengths = checkSequenceLength(where, options.sequenceLength, batchSize, steps);

  const shared = { where, inputs, timeMajor, returnSequences, lengths, parallelIterations, swapMemory };
  return tidyState(() => {
    const [outputs, states] = runBothWays(cellFw, cellBw, shared, options);
    return [outputs as [RunnerOutputs<ReturnSequences, FO>, RunnerOutputs<ReturnSequences, BO>], states];
  });
}

/** Both directions on checked arguments, at once where one operation computes both. */
export function runBothWays<F extends State, B extends State>(
  cellFw: AnyRNNCell,
  cellBw: AnyRNNCell,
  shared: Omit<Run, 'cell' | 'stateName' | 'initialState' | 'scope' | 'reverse' | 'kernel' | 'training'>,
  { scope = 'bidirectional_rnn', initialStateFw, initialStateBw, kernel, training }: BidirectionalOptions<F, B>,
): [outputs: [Tensor, Tensor], states: [F, B]] {
  const fw = { cell: cellFw, stateName: 'initialStateFw', initialState: initialStateFw, scope: `${scope}/fw` };
  const bw = { cell: cellBw, stateName: 'initialStateBw', initialState: initialStateBw, scope: `${scope}/bw` };
  const [forward, backward] = runCells([
    { ...shared, kernel, training, ...fw },
    { ...shared, kernel, training, ...bw, reverse: true },
  ]) as [Unrolled, Unrolled];
  return [
    [forward.outputs, backward.outputs],
    [forward.state as F, backward.state as B],
  ];
}
