import { ArgumentError, checkState, flattenState, type RNNCell, type State, unflattenState } from '@rnn/cells';
import { scan } from '@rnn/kernels';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { cellName } from './cell-name';
import type { UnrollOptions } from './unroll-sequence';

/** What one step of a runner took and gave, after masking. The tensors are freed when the runner returns; `tf.keep` a clone of what is needed. */
export interface StepReport<S extends State = State> {
  /** From 0. */
  readonly step: number;
  /** `[B, P]` */
  readonly output: Tensor2D;
  readonly state: S;
}

/** A cell over `inputs [T, B, D]`, one call a step: what every other way of running a sequence must equal. */
export function stepLoop<S extends State>(
  cell: RNNCell<S>,
  inputs: Tensor3D,
  initialState: S,
  { lengths, reverse }: UnrollOptions,
  onStep?: (report: StepReport<S>) => void,
): [Tensor3D, S] {
  const { outputs, state } = scan(
    { inputs, ...(lengths && { lengths }), ...(reverse && { reverse }) },
    {
      initialState: flattenState(initialState),
      outputSize: cell.outputSize,
      step: (x, parts) => {
        const [output, next] = cell.call(x, unflattenState(initialState, parts));
        checkStep(cell, x.shape[0], output, next);
        return [output, flattenState(next)];
      },
      ...(onStep && {
        onStep: (step, output, parts) => onStep({ step, output, state: unflattenState(initialState, parts) }),
      }),
    },
  );
  return [outputs, unflattenState(initialState, state)];
}

/** Throws unless a cell, which may be anyone's, gave what its sizes promise. */
function checkStep(cell: RNNCell, batchSize: number, output: Tensor2D, state: State): void {
  const where = `${cellName(cell)}, called by a runner`;
  const expected = `[${batchSize}, ${cell.outputSize}]`;
  const got = `[${output.shape.join(', ')}]`;
  if (got !== expected) throw new ArgumentError(where, `an output of shape ${expected}, as outputSize says`, got);
  checkState(where, 'the new state', state, cell.stateSize, batchSize);
}
