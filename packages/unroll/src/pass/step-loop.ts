import {
  type AnyRNNCell,
  ArgumentError,
  checkState,
  describeState,
  dimsOf,
  flattenState,
  type Size,
  type State,
  unflattenState,
  widthOf,
  zeroState,
} from '@rnn/cells';
import { scan } from '@rnn/kernels';
import {
  clone,
  type Rank,
  reshape,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core';
import { cellName } from './cell-name';
import type { Pass, Unrolled } from './pass';
import { runShape } from './plan';

/** What one step of a runner took and gave, after masking. The tensors are freed when the runner returns; `tf.keep` a clone of what is needed. */
export interface StepReport<S extends State = State, O extends Tensor = Tensor2D> {
  /** From 0. */
  readonly step: number;
  /** `[B, P]` */
  readonly output: O;
  readonly state: S;
}

/** A pass with one call a step: what every other way of running a sequence must equal. */
export function stepLoop(
  { cell, inputs, initialState, timeMajor = true, returnSequences, lengths, reverse }: Pass,
  onStep?: (report: StepReport<State, Tensor>) => void,
): Unrolled {
  const { batchSize, inputSize } = runShape(inputs, timeMajor);
  const { outputSize } = cell;
  const swap = (x: Tensor3D): Tensor3D => (timeMajor ? x : transpose(x, [1, 0, 2]));
  // The scan knows rows of numbers: what is more than that is flattened for it.
  const overTime = swap(flat(inputs, inputSize));
  const start = initialState ?? zeroState(cell.stateSize, batchSize);
  // Where the last outputs alone are asked for, they are one more part of the state, which past its length each row keeps.
  const lastAlone = returnSequences === false;
  const { outputs, state } = scan(
    { inputs: overTime, ...(lengths && { lengths }), ...(reverse && { reverse }) },
    {
      initialState: [...flattenState(start), ...(lastAlone ? [zeros<Rank.R2>([batchSize, widthOf(outputSize)])] : [])],
      outputSize: widthOf(outputSize),
      step: (x, parts) => {
        const [output, next] = cell.call(shaped(x, inputSize), unflattenState(start, parts));
        checkStep(cell, batchSize, output, next);
        const row = flat<Tensor2D>(output, outputSize);
        return [row, [...flattenState(next), ...(lastAlone ? [row] : [])]];
      },
      ...(onStep && {
        onStep: (step, output, parts) =>
          onStep({ step, output: shaped(output, outputSize), state: unflattenState(start, parts) }),
      }),
    },
  );
  // A cell's output may be its state: a tensor of its own can be disposed alone.
  return {
    outputs: shaped(lastAlone ? clone(state.at(-1) as Tensor) : swap(outputs), outputSize),
    state: unflattenState(start, state),
  };
}
/** `[…, size]` with what a size has of axes in one. */
function flat<X extends Tensor = Tensor3D>(x: Tensor, size: Size): X {
  const axes = dimsOf(size).length;
  return (axes === 1 ? x : reshape(x, [...x.shape.slice(0, x.rank - axes), widthOf(size)])) as X;
}

/** What `flat` was given. */
function shaped(x: Tensor, size: Size): Tensor {
  const dims = dimsOf(size);
  return dims.length === 1 ? x : reshape(x, [...x.shape.slice(0, -1), ...dims]);
}

/** Throws unless a cell, which may be anyone's, gave what its sizes promise. */
export function checkStep(cell: AnyRNNCell, batchSize: number, output: Tensor, state: State): void {
  const where = `${cellName(cell)}, called by a runner`;
  const expected = describeState(cell.outputSize, batchSize);
  const got = describeState(output);
  if (got !== expected) throw new ArgumentError(where, `an output of shape ${expected}, as outputSize says`, got);
  checkState(where, 'the new state', state, cell.stateSize, batchSize);
}
