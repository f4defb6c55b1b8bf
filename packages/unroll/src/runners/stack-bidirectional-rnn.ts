import { type AnyRNNCell, type OutputsOf, type StatesOf, tidyState } from '@rnn/cells';
import { fromSteps, toSteps } from '@rnn/kernels';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkSequenceLength } from '../sequences/sequence-length';
import { checkStackCells, runStack } from './run-stack';
import { checkOptions } from './runner-options';
import type { StackBidirectionalOptions } from './stack-bidirectional-dynamic-rnn';
import { checkSteps } from './static-rnn';

/**
 * Runs bidirectional layers on top of each other over a list of steps, as TensorFlow 1's `tf.contrib.rnn.stack_bidirectional_rnn`.
 *
 * A list of T inputs `[B, D]` gives `[outputs, statesFw, statesBw]`, the outputs a list of T tensors `[B, P forward + P backward]` of the last
 * layer, the states lists of each layer's final ones. Variables of layer k lie under `stack_bidirectional_rnn/cell_k/fw` and `…/bw`, where
 * `stackBidirectionalDynamicRnn` has one scope more. Numbers, lengths, gradients and errors are that runner's.
 */
export function stackBidirectionalRnn<const Fw extends readonly AnyRNNCell[], const Bw extends readonly AnyRNNCell[]>(
  cellsFw: Fw,
  cellsBw: Bw,
  inputs: readonly Tensor[],
  options: StackBidirectionalOptions<Fw, Bw> = {},
): [OutputsOf<Fw>[], StatesOf<Fw>, StatesOf<Bw>] {
  const where = 'stackBidirectionalRnn';
  const { initialStatesFw, initialStatesBw, scope = 'stack_bidirectional_rnn', kernel, training } = options;
  checkStackCells(where, cellsFw, cellsBw);
  checkOptions(where, options);
  const batchSize = checkSteps(where, inputs, options, cellsFw[0] as AnyRNNCell, cellsBw[0] as AnyRNNCell);
  const lengths = checkSequenceLength(where, options.sequenceLength, batchSize, inputs.length);

  return tidyState(() => {
    const [outputs, statesFw, statesBw] = runStack({
      ...{ where, cellsFw, cellsBw, initialStatesFw, initialStatesBw, kernel, training },
      ...{ inputs: fromSteps(inputs), timeMajor: true, lengths },
      scopeOf: (layer) => `${scope}/cell_${layer}`,
    });
    return [toSteps<OutputsOf<Fw>>(outputs), statesFw as StatesOf<Fw>, statesBw as StatesOf<Bw>];
  });
}
