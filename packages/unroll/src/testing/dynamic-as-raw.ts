import { type RNNCell, type State, zeroState } from '@rnn/cells';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { rawRnn } from '../raw-rnn';

interface Options<S extends State> {
  readonly initialState?: S | undefined;
  readonly lengths?: readonly number[] | undefined;
}

/** `dynamicRnn` as a loop function, on a list of T tensors `[B, D]`: gives its outputs `[T, B, P]` and final state. */
export function dynamicAsRaw<S extends State>(
  cell: RNNCell<S>,
  steps: readonly Tensor2D[],
  { initialState, lengths = new Array<number>(steps[0]?.shape[0] ?? 0).fill(steps.length) }: Options<S> = {},
): [outputs: Tensor3D, state: S] {
  const start = initialState ?? zeroState<S>(cell.stateSize, lengths.length);
  const [outputs, state] = rawRnn(cell, (time, cellOutput, cellState: S | null) => [
    lengths.map((length) => time >= length),
    steps[time],
    cellState ?? start,
    cellOutput,
    null,
  ]);
  return [outputs, state];
}
