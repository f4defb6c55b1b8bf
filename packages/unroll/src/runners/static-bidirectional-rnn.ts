import { type RNNCell, type State, tidyState } from '@rnn/cells';
import { fromSteps, joined, toSteps } from '@rnn/kernels';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { checkSequenceLength } from '../sequences/sequence-length';
import { type BidirectionalOptions, runBothWays } from './bidirectional-dynamic-rnn';
import { checkCell, checkOptions } from './runner-options';
import { checkSteps } from './static-rnn';

/**
 * Runs one cell forward and another backward over a list of steps, as TensorFlow 1's `tf.nn.static_bidirectional_rnn`.
 *
 * A list of T inputs `[B, D]` gives `[outputs, stateFw, stateBw]`, the outputs a list of T tensors `[B, P forward + P backward]`, joined along
 * the last axis. Scopes, lengths, gradients and errors are `bidirectionalDynamicRnn`'s.
 */
export function staticBidirectionalRnn<
  F extends State,
  B extends State,
  I extends Tensor = Tensor2D,
  O extends Tensor = Tensor2D,
>(
  cellFw: RNNCell<F, I, O>,
  cellBw: RNNCell<B, NoInfer<I>, NoInfer<O>>,
  inputs: readonly Tensor[],
  options: BidirectionalOptions<NoInfer<F>, NoInfer<B>> = {},
): [O[], F, B] {
  const where = 'staticBidirectionalRnn';
  checkCell(where, 'cellFw', cellFw);
  checkCell(where, 'cellBw', cellBw);
  checkOptions(where, options);
  const batchSize = checkSteps(where, inputs, options, cellFw, cellBw);
  const lengths = checkSequenceLength(where, options.sequenceLength, batchSize, inputs.length);

  return tidyState(() => {
    const shared = { where, inputs: fromSteps(inputs), timeMajor: true, lengths };
    const [outputs, states] = runBothWays(cellFw, cellBw, shared, options);
    return [toSteps<O>(joined(outputs, -1)), ...states];
  });
}
