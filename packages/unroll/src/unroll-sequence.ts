import {
  joinState,
  type LayersRecurrence,
  LSTMStateTuple,
  type LstmRecurrence,
  type RNNCell,
  type State,
  splitState,
} from '@rnn/cells';
import { gruSequence, type KernelMode, lstmSequence, rnnSequence } from '@rnn/kernels';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { stepLoop } from './step-loop';

export interface UnrollOptions {
  readonly lengths?: readonly number[];
  readonly reverse?: boolean;
  readonly parallelIterations?: number;
  readonly kernel?: KernelMode;
}

/**
 * A built cell over `inputs [T, B, D]`: the outputs `[T, B, P]` and the final state. A cell that declares its recurrence runs as one
 * operation for the whole sequence, one made of layers layer by layer; any other cell is stepped.
 *
 * Every runner ends here. Call it inside `tidy`, and with checked arguments.
 */
export function unrollSequence<S extends State>(
  cell: RNNCell<S>,
  inputs: Tensor3D,
  initialState: S,
  options: UnrollOptions,
): [Tensor3D, S] {
  const [outputs, state] = run(cell, inputs, initialState, options);
  return [outputs, state as S];
}

function run(cell: RNNCell, inputs: Tensor3D, state: State, options: UnrollOptions): [Tensor3D, State] {
  const { recurrence } = cell;
  if (recurrence?.type === 'layers') return runLayers(recurrence, inputs, state, options);
  if (recurrence?.weights === undefined) {
    return stepLoop(cell, inputs, state, options);
  }
  switch (recurrence.type) {
    case 'lstm':
      return runLstm(recurrence, recurrence.weights, inputs, state, options);
    case 'gru': {
      const args = { ...options, inputs, initialState: state as Tensor2D, activation: recurrence.activation };
      const { outputs, h } = recurrence.resetAfter
        ? gruSequence({ ...args, weights: recurrence.weights, resetAfter: true })
        : gruSequence({ ...args, weights: recurrence.weights });
      return [outputs, h];
    }
    case 'rnn': {
      const { activation, weights } = recurrence;
      const { outputs, h } = rnnSequence({ ...options, inputs, initialState: state as Tensor2D, weights, activation });
      return [outputs, h];
    }
  }
}

function runLstm(
  { numUnits, numProj = numUnits, stateIsTuple, activation, forgetBias, cellClip, projClip }: LstmRecurrence,
  weights: NonNullable<LstmRecurrence['weights']>,
  inputs: Tensor3D,
  state: State,
  options: UnrollOptions,
): [Tensor3D, State] {
  const initialState = (
    stateIsTuple ? state : splitState(state as Tensor2D, new LSTMStateTuple(numUnits, numProj))
  ) as LSTMStateTuple;
  const clips = { ...(cellClip !== undefined && { cellClip }), ...(projClip !== undefined && { projClip }) };
  const { outputs, c, h } = lstmSequence({
    ...options,
    inputs,
    initialState,
    weights,
    activation,
    forgetBias,
    ...clips,
  });
  const last = new LSTMStateTuple(c, h);
  return [outputs, stateIsTuple ? last : joinState(last)];
}

/** Layer by layer gives what step by step gives: past its length a row's outputs are zeros, its states stay, and nothing flows back. */
function runLayers(
  { cells, stateIsTuple }: LayersRecurrence,
  inputs: Tensor3D,
  state: State,
  options: UnrollOptions,
): [Tensor3D, State] {
  const sizes = cells.map((cell) => cell.stateSize);
  const states = (stateIsTuple ? state : splitState(state as Tensor2D, sizes)) as readonly State[];
  const last: State[] = [];
  let outputs = inputs;
  for (const [k, cell] of cells.entries()) {
    const [above, final] = run(cell, outputs, states[k] as State, options);
    outputs = above;
    last.push(final);
  }
  return [outputs, stateIsTuple ? last : joinState(last)];
}
