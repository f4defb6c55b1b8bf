import {
  type GruRecurrence,
  joinState,
  LSTMStateTuple,
  type LstmRecurrence,
  type RnnRecurrence,
  type State,
  splitState,
} from '@rnn/cells';
import { gruSequences, type LstmSequenceArgs, lstmSequences, rnnSequences } from '@rnn/kernels';
import { clone, type Tensor, type Tensor2D, type Tensor3D, tensor, where, zerosLike } from '@tensorflow/tfjs-core';
import type { Pass, Unrolled } from './pass';

/** The types of recurrence that one operation computes. */
export type Operation = 'lstm' | 'gru' | 'rnn';

/** A recurrence of a cell that is built. */
type Built<R extends { weights?: unknown }> = R extends unknown ? R & Required<Pick<R, 'weights'>> : never;

/** Passes of one recurrence, at once. What declares one takes inputs `[B, D]`. */
export const operations: Readonly<Record<Operation, (passes: readonly Pass[]) => Unrolled[]>> = {
  lstm(passes) {
    const recurrences = passes.map(({ cell }) => cell.recurrence as Built<LstmRecurrence>);
    const results = lstmSequences(passes.map((pass, i) => lstmArgs(pass, recurrences[i] as Built<LstmRecurrence>)));
    return results.map(({ outputs, c, h }, i) => {
      const state = new LSTMStateTuple(c, h);
      return {
        outputs: outputsOf(passes[i] as Pass, outputs, h),
        state: recurrences[i]?.stateIsTuple ? state : joinState(state),
      };
    });
  },

  gru(passes) {
    const results = gruSequences(
      passes.map(({ cell, inputs, initialState, ...args }) => {
        const recurrence = cell.recurrence as Built<GruRecurrence>;
        const shared = {
          ...args,
          inputs: inputs as Tensor3D,
          ...startingAt(initialState),
          activation: recurrence.activation,
        };
        return recurrence.resetAfter
          ? { ...shared, weights: recurrence.weights, resetAfter: true }
          : { ...shared, weights: recurrence.weights };
      }),
    );
    return results.map(({ outputs, h }, i) => ({ outputs: outputsOf(passes[i] as Pass, outputs, h), state: h }));
  },

  rnn(passes) {
    const results = rnnSequences(
      passes.map(({ cell, inputs, initialState, ...args }) => {
        const { weights, activation } = cell.recurrence as Built<RnnRecurrence>;
        return { ...args, inputs: inputs as Tensor3D, ...startingAt(initialState), weights, activation };
      }),
    );
    return results.map(({ outputs, h }, i) => ({ outputs: outputsOf(passes[i] as Pass, outputs, h), state: h }));
  },
};

/** A state that is one tensor as the operations take it: none is not a tensor of zeros, for which a gradient would be computed. */
const startingAt = (initialState: State | undefined) => initialState && { initialState: initialState as Tensor2D };

function lstmArgs(
  { cell: _, inputs, initialState, ...args }: Pass,
  recurrence: Built<LstmRecurrence>,
): LstmSequenceArgs {
  const { numUnits, numProj = numUnits, stateIsTuple, activation, forgetBias, cellClip, projClip } = recurrence;
  const sizes = new LSTMStateTuple(numUnits, numProj);
  const pair = stateIsTuple ? initialState : initialState && splitState(initialState as Tensor2D, sizes);
  return {
    ...{ ...args, inputs: inputs as Tensor3D, weights: recurrence.weights, activation, forgetBias },
    ...(pair && { initialState: pair as LSTMStateTuple }),
    ...(cellClip !== undefined && { cellClip }),
    ...(projClip !== undefined && { projClip }),
  };
}

/**
 * What a pass gives as outputs. A recurrence's last output is its final h, but for rows that took no step: their h is the initial one. It is
 * a tensor of its own, so that disposing it leaves the state.
 */
function outputsOf({ inputs, timeMajor, returnSequences, lengths }: Pass, outputs: Tensor3D, h: Tensor2D): Tensor {
  if (returnSequences !== false) return outputs;
  const [batchSize, steps] = [h.shape[0], inputs.shape[timeMajor === false ? 1 : 0] as number];
  const stepped = Array.from(lengths ?? new Array<number>(batchSize).fill(steps), (length) => length > 0);
  return stepped.every(Boolean) ? clone(h) : where(tensor(stepped, [batchSize, 1], 'bool'), h, zerosLike(h));
}
