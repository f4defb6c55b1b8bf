import { type AnyRNNCell, ArgumentError, type RNNCell, type State, tidyState } from '@rnn/cells';
import { fromSteps, toSteps } from '@rnn/kernels';
import { Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Unrolled } from '../pass/pass';
import { runCells } from '../pass/run-cells';
import type { StepReport } from '../pass/step-loop';
import { stepShape } from '../sequences/over-time';
import { checkSequenceLength } from '../sequences/sequence-length';
import { checkCell, checkOptions, checkTensor, type RunnerOptions } from './runner-options';

export interface StaticRnnOptions<
  S extends State,
  ReturnSequences extends boolean | undefined = true | undefined,
  I extends Tensor = Tensor2D,
  O extends Tensor = Tensor2D,
> extends RunnerOptions<S> {
  /** Whether to give the outputs of all steps. False: of each row the output of its last valid step alone, as `dynamicRnn`. Default: true. */
  returnSequences?: ReturnSequences;
  /**
   * Hands out every step's input, output and state, for debugging; the cell is then called step by step. The tensors are freed when the
   * runner returns: `tf.keep(tf.clone(…))` what is needed longer.
   */
  onStep?: ((report: StepReport<S, O> & { readonly input: I }) => void) | undefined;
}

/**
 * Runs a cell over a sequence given as a list, one tensor `[B, D]` a step (what `tf.unstack(x, 1)` gives), as TensorFlow 1's `tf.nn.static_rnn`.
 *
 *     state_0 = initialState;   output_t, state_t+1 = cell(inputs_t, state_t)
 *
 * Gives `[outputs, state]`, the outputs a list of T tensors `[B, P]`, or with `returnSequences: false` one such tensor. Its numbers, lengths,
 * scopes and errors are `dynamicRnn`'s; the length of the list is the number of steps.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { GRUCell } from '@rnn/cells';
 * import { staticRnn } from '@rnn/unroll';
 * import { ones } from '@tensorflow/tfjs-core';
 *
 * const [outputs, state] = staticRnn(new GRUCell(3), [ones([2, 5]), ones([2, 5])], {
 *   onStep: ({ step, state }) => console.log(step, state.shape), // 0 [2, 3], then 1 [2, 3]
 * });
 * console.log(outputs.length, state.shape); // 2 [2, 3]
 * ```
 */
export function staticRnn<
  S extends State,
  ReturnSequences extends boolean | undefined = true | undefined,
  I extends Tensor = Tensor2D,
  O extends Tensor = Tensor2D,
>(
  cell: RNNCell<S, I, O>,
  inputs: readonly Tensor[],
  options: StaticRnnOptions<NoInfer<S>, ReturnSequences, NoInfer<I>, NoInfer<O>> = {},
): [ReturnSequences extends false ? O : O[], S] {
  const where = 'staticRnn';
  const { returnSequences, initialState, scope = 'rnn', kernel, training, onStep } = options;
  checkCell(where, 'cell', cell);
  if (onStep !== undefined && typeof onStep !== 'function')
    throw new ArgumentError(where, 'onStep to be a function', `${onStep}`);
  checkOptions(where, options);
  const batchSize = checkSteps(where, inputs, options, cell);
  const lengths = checkSequenceLength(where, options.sequenceLength, batchSize, inputs.length);

  const report =
    onStep &&
    ((taken: StepReport<State, Tensor>) => onStep({ ...(taken as StepReport<S, O>), input: inputs[taken.step] as I }));
  return tidyState(() => {
    const overTime = { inputs: fromSteps(inputs), timeMajor: true, lengths };
    const run = {
      ...{ ...overTime, returnSequences, where, cell, stateName: 'initialState' },
      ...{ initialState, scope, kernel, training },
    };
    const [{ outputs, state }] = runCells([run], report) as [Unrolled];
    const given = returnSequences === false ? outputs : toSteps(outputs);
    return [given as ReturnSequences extends false ? O : O[], state as S];
  });
}

/**
 * Throws unless the list holds at least one tensor and all are float32, of one shape that the cells take, `[B, D]`, and where swapMemory is asked
 * for, which saves nothing beside a list that holds every step. Gives B.
 */
export function checkSteps(
  where: string,
  inputs: readonly Tensor[],
  options: object,
  ...cells: readonly AnyRNNCell[]
): number {
  if ((options as { swapMemory?: unknown }).swapMemory)
    throw new ArgumentError(where, 'no swapMemory on a list of steps', 'true', 'The runners on one tensor have it.');
  const expected = cells.map(stepShape);
  if (!Array.isArray(inputs)) {
    throw new ArgumentError(
      where,
      `inputs to be a list of tensors ${expected[0]}, one a step`,
      inputs instanceof Tensor ? `one tensor [${inputs.shape.join(', ')}]` : typeof inputs,
      'Unstack a tensor along its time axis.',
    );
  }
  const first = inputs[0];
  if (first === undefined) throw new ArgumentError(where, 'inputs to hold at least one step', 'an empty list');
  for (const shape of expected) checkTensor(where, 'inputs[0]', first, shape);
  const shape = `[${first.shape.join(', ')}]`;
  for (const [step, input] of inputs.entries()) {
    checkTensor(where, `inputs[${step}]`, input, expected[0] as string);
    const got = `[${input.shape.join(', ')}]`;
    if (got !== shape) throw new ArgumentError(where, `inputs[${step}] to have the shape of the first, ${shape}`, got);
  }
  return first.shape[0] as number;
}
