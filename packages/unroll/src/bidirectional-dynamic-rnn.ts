import { type RNNCell, type State, tidyState } from '@rnn/cells';
import type { Tensor3D } from '@tensorflow/tfjs-core';
import { swapBatchAndTime } from './dynamic-rnn';
import { checkRun, runCell } from './run-cell';
import { checkCell, checkOptions, checkTensor, type RunnerOptions, type TensorRunnerOptions } from './runner-options';
import { checkSequenceLength } from './sequence-length';

/** What the bidirectional runners take in place of one initial state. */
export interface BidirectionalOptions<F extends State, B extends State>
  extends Omit<RunnerOptions<State>, 'initialState' | 'scope'> {
  /** Default: the zero state. */
  initialStateFw?: F;
  /** Default: the zero state. */
  initialStateBw?: B;
  /** The first part of the variables' names, before `fw` and `bw`. Default: `bidirectional_rnn`. */
  scope?: string;
}

export interface BidirectionalDynamicRnnOptions<F extends State, B extends State>
  extends BidirectionalOptions<F, B>,
    TensorRunnerOptions {}

/**
 * Runs one cell forward and another backward over a sequence in one tensor, as TensorFlow 1's `tf.nn.bidirectional_dynamic_rnn`.
 *
 * `inputs [B, T, D]` give `[[outputsFw, outputsBw], [stateFw, stateBw]]`, the outputs `[B, T, P]` each, step t of both belonging to step t of
 * the inputs. The backward cell starts at each row's last valid step; its final state is the one after the first step. Variables lie under
 * `bidirectional_rnn/fw` and `bidirectional_rnn/bw`, or under `scope` in place of `bidirectional_rnn`.
 *
 * Lengths, gradients and errors are `dynamicRnn`'s.
 */
export function bidirectionalDynamicRnn<F extends State, B extends State>(
  cellFw: RNNCell<F>,
  cellBw: RNNCell<B>,
  inputs: Tensor3D,
  options: BidirectionalDynamicRnnOptions<NoInfer<F>, NoInfer<B>> = {},
): [[Tensor3D, Tensor3D], [F, B]] {
  const where = 'bidirectionalDynamicRnn';
  const { timeMajor = false, parallelIterations } = options;
  checkCell(where, 'cellFw', cellFw);
  checkCell(where, 'cellBw', cellBw);
  checkTensor(where, 'inputs', inputs, timeMajor ? '[T, B, D]' : '[B, T, D]');
  checkOptions(where, options);
  const [batchSize, steps] = timeMajor ? [inputs.shape[1], inputs.shape[0]] : inputs.shape;
  const lengths = checkSequenceLength(where, options.sequenceLength, batchSize, steps);

  return tidyState(() => {
    const overTime = timeMajor ? inputs : swapBatchAndTime(inputs);
    const [outputs, states] = runBothWays(where, cellFw, cellBw, overTime, { ...options, parallelIterations, lengths });
    const [forward, backward] = timeMajor ? outputs : [swapBatchAndTime(outputs[0]), swapBatchAndTime(outputs[1])];
    return [[forward, backward], states];
  });
}

/** Both directions over `inputs [T, B, D]`, on checked lengths. */
export function runBothWays<F extends State, B extends State>(
  where: string,
  cellFw: RNNCell<F>,
  cellBw: RNNCell<B>,
  inputs: Tensor3D,
  options: BidirectionalOptions<F, B> & {
    lengths: readonly number[] | undefined;
    parallelIterations?: number | undefined;
  },
): [[Tensor3D, Tensor3D], [F, B]] {
  const { scope = 'bidirectional_rnn', initialStateFw, initialStateBw, lengths, parallelIterations, kernel } = options;
  const shared = { where, inputs, lengths, parallelIterations, kernel };
  const fw = {
    ...shared,
    cell: cellFw,
    stateName: 'initialStateFw',
    initialState: initialStateFw,
    scope: `${scope}/fw`,
  };
  const bw = {
    ...shared,
    cell: cellBw,
    stateName: 'initialStateBw',
    initialState: initialStateBw,
    scope: `${scope}/bw`,
    reverse: true,
  };
  checkRun(fw);
  checkRun(bw);
  const [outputsFw, stateFw] = runCell(fw);
  const [outputsBw, stateBw] = runCell(bw);
  return [
    [outputsFw, outputsBw],
    [stateFw, stateBw],
  ];
}
