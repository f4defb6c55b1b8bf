import { checkState, type RNNCell, type State, zeroState } from '@rnn/cells';
import type { KernelMode } from '@rnn/kernels';
import type { Tensor3D } from '@tensorflow/tfjs-core';
import { notFused, planRun } from './plan';
import { type StepReport, stepLoop } from './step-loop';
import { unrollSequence } from './unroll-sequence';

/** One cell's pass over a sequence, as a runner asks for it. */
export interface Run<S extends State> {
  /** The runner, for errors. */
  readonly where: string;
  readonly cell: RNNCell<S>;
  /** What the runner calls its initial state, for errors. */
  readonly stateName: string;
  /** `[T, B, D]` */
  readonly inputs: Tensor3D;
  readonly initialState: S | undefined;
  readonly scope: string;
  readonly lengths: readonly number[] | undefined;
  readonly reverse?: boolean;
  readonly parallelIterations?: number | undefined;
  readonly kernel?: KernelMode | undefined;
  /** Given, the cell is called step by step. */
  readonly onStep?: ((report: StepReport<S>) => void) | undefined;
}

/** Throws what does not fit, before a weight is made or anything is computed. */
export function checkRun<S extends State>({
  where,
  cell,
  stateName,
  inputs,
  initialState,
  kernel,
  onStep,
}: Run<S>): void {
  const [steps, batchSize, inputSize] = inputs.shape;
  if (initialState !== undefined) checkState(where, stateName, initialState, cell.stateSize, batchSize);
  if (onStep === undefined) planRun(where, cell, { steps, batchSize, inputSize }, kernel);
  else if (kernel === 'fused') throw notFused(where, 'with onStep the cell is called step by step');
}

/** Builds the cell where it is not and runs it: the outputs `[T, B, P]` and the final state. Call it inside `tidy`. */
export function runCell<S extends State>(run: Run<S>): [Tensor3D, S] {
  const { cell, inputs, scope, lengths, reverse, parallelIterations, kernel, onStep } = run;
  const [, batchSize, inputSize] = inputs.shape;
  cell.build?.(inputSize, { scope });
  const drawn = cell.forSequence?.(batchSize, inputSize) ?? cell;
  const start = run.initialState ?? zeroState<S>(cell.stateSize, batchSize);
  const options = {
    ...(lengths && { lengths }),
    ...(reverse && { reverse }),
    ...(parallelIterations && { parallelIterations }),
    ...(kernel && { kernel }),
  };
  if (onStep !== undefined) return stepLoop(drawn, inputs, start, options, onStep);
  return unrollSequence(drawn, inputs, start, options);
}
