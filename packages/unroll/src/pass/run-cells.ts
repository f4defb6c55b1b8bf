import { type AnyRNNCell, checkState, ownZeroState, type State } from '@rnn/cells';
import type { KernelMode } from '@rnn/kernels';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Pass, Unrolled } from './pass';
import { notFused, passCell, planRun, type RunShape, runShape } from './plan';
import { type StepReport, stepLoop } from './step-loop';
import { unrollSequences } from './unroll-sequences';

/** One cell's pass over a sequence, as a runner asks for it. */
export interface Run {
  /** The runner, for errors. */
  readonly where: string;
  readonly cell: AnyRNNCell;
  /** What the runner calls its initial state, for errors. */
  readonly stateName: string;
  /** `[T, B, …]`, or `[B, T, …]` where `timeMajor` is false. */
  readonly inputs: Tensor;
  readonly timeMajor: boolean;
  readonly returnSequences?: boolean | undefined;
  /** Of a function what it gives once the cell is built. */
  readonly initialState: State | (() => State | undefined) | undefined;
  readonly scope: string;
  readonly lengths: readonly number[] | undefined;
  readonly reverse?: boolean;
  readonly parallelIterations?: number | undefined;
  readonly swapMemory?: boolean | undefined;
  readonly kernel?: KernelMode | undefined;
  readonly training?: boolean | undefined;
}

/**
 * Checks and runs cells that do not need each other; builds those that are not built. With `onStep` they are called step by step. Throws what does
 * not fit before a weight is made or anything is computed. Call it inside `tidy`.
 */
export function runCells(runs: readonly Run[], onStep?: (report: StepReport<State, Tensor>) => void): Unrolled[] {
  for (const run of runs) checkRun(run, onStep !== undefined);
  const passes = runs.map(passOf);
  return onStep === undefined ? unrollSequences(passes) : passes.map((pass) => stepLoop(pass, onStep));
}

function checkRun(run: Run, stepped: boolean): void {
  const { where, cell, stateName, inputs, timeMajor, initialState, lengths, kernel } = run;
  const shape = runShape(inputs, timeMajor, lengths);
  if (initialState !== undefined && typeof initialState !== 'function')
    checkState(where, stateName, initialState, cell.stateSize, shape.batchSize);
  if (!stepped) checkKernel(run, shape);
  else if (kernel === 'fused') throw notFused(where, 'with onStep the cell is called step by step');
}

/** Throws where `kernel: 'fused'` or `swapMemory` is asked for and a layer of the cell has no kernel that can. */
export function checkKernel(
  { where, cell, kernel, swapMemory, training }: Pick<Run, 'where' | 'cell' | 'kernel' | 'swapMemory' | 'training'>,
  shape: RunShape,
): void {
  // Else any kernel will do.
  if (kernel !== 'fused' && swapMemory !== true) return;
  planRun(where, cell, { ...shape, swapMemory }, kernel, training);
}

function passOf({ where, cell, inputs, timeMajor, returnSequences = true, scope, ...run }: Run): Pass {
  const { lengths, reverse, parallelIterations, swapMemory, kernel } = run;
  const shape = runShape(inputs, timeMajor);
  const { batchSize, inputSize } = shape;
  cell.build?.(inputSize, { scope });
  const given = typeof run.initialState === 'function' ? run.initialState() : run.initialState;
  const initialState = given ?? ownZeroState(cell, batchSize);
  // A cell's own, which may be anyone's: what was passed in is checked already.
  if (given === undefined && initialState !== undefined)
    checkState(where, "the cell's zero state", initialState, cell.stateSize, batchSize);
  return {
    ...{ cell: passCell(cell, shape, run.training), inputs, timeMajor, returnSequences },
    ...(initialState !== undefined && { initialState }),
    ...(lengths && { lengths }),
    ...(reverse && { reverse }),
    ...(parallelIterations && { parallelIterations }),
    ...(swapMemory && { swapMemory }),
    ...(kernel && { kernel }),
  };
}
