import {
  ArgumentError,
  checkState,
  flattenState,
  type RNNCell,
  type State,
  unflattenState,
  zeroState,
} from '@rnn/cells';
import { scan } from '@rnn/kernels';
import { clone, type Rank, type Tensor, type Tensor2D, type Tensor3D, transpose, zeros } from '@tensorflow/tfjs-core';
import { cellName } from './cell-name';
import type { Pass, Unrolled } from './pass';

/** What one step of a runner took and gave, after masking. The tensors are freed when the runner returns; `tf.keep` a clone of what is needed. */
export interface StepReport<S extends State = State> {
  /** From 0. */
  readonly step: number;
  /** `[B, P]` */
  readonly output: Tensor2D;
  readonly state: S;
}

/** A pass with one call a step: what every other way of running a sequence must equal. */
export function stepLoop(
  { cell, inputs, initialState, timeMajor, returnSequences, lengths, reverse }: Pass,
  onStep?: (report: StepReport) => void,
): Unrolled {
  const swap = (x: Tensor3D): Tensor3D => (timeMajor === false ? transpose(x, [1, 0, 2]) : x);
  const overTime = swap(inputs);
  const batchSize = overTime.shape[1];
  const start = initialState ?? zeroState(cell.stateSize, batchSize);
  // Where the last outputs alone are asked for, they are one more part of the state, which past its length each row keeps.
  const lastAlone = returnSequences === false;
  const { outputs, state } = scan(
    { inputs: overTime, ...(lengths && { lengths }), ...(reverse && { reverse }) },
    {
      initialState: [...flattenState(start), ...(lastAlone ? [zeros<Rank.R2>([batchSize, cell.outputSize])] : [])],
      outputSize: cell.outputSize,
      step: (x, parts) => {
        const [output, next] = cell.call(x, unflattenState(start, parts));
        checkStep(cell, x.shape[0], output, next);
        return [output, [...flattenState(next), ...(lastAlone ? [output] : [])]];
      },
      ...(onStep && {
        onStep: (step, output, parts) => onStep({ step, output, state: unflattenState(start, parts) }),
      }),
    },
  );
  // A cell's output may be its state: a tensor of its own can be disposed alone.
  return { outputs: lastAlone ? clone(state.at(-1) as Tensor) : swap(outputs), state: unflattenState(start, state) };
}

/** Throws unless a cell, which may be anyone's, gave what its sizes promise. */
export function checkStep(cell: RNNCell, batchSize: number, output: Tensor2D, state: State): void {
  const where = `${cellName(cell)}, called by a runner`;
  const expected = `[${batchSize}, ${cell.outputSize}]`;
  const got = `[${output.shape.join(', ')}]`;
  if (got !== expected) throw new ArgumentError(where, `an output of shape ${expected}, as outputSize says`, got);
  checkState(where, 'the new state', state, cell.stateSize, batchSize);
}
