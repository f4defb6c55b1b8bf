import { type RNNCell, type State, zeroState } from '@rnn/cells';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { type RawRnnOptions, rawRnn } from '../runners/raw-rnn';
import type { OverTime } from '../sequences/over-time';

interface Options<S extends State> extends RawRnnOptions {
  readonly initialState?: S | undefined;
  readonly lengths?: readonly number[] | undefined;
}

/** `dynamicRnn` as a loop function, on a list of T tensors `[B, …]`: gives its outputs `[T, B, …]` and final state. */
export function dynamicAsRaw<S extends State, I extends Tensor = Tensor2D, O extends Tensor = Tensor2D>(
  cell: RNNCell<S, I, O>,
  steps: readonly NoInfer<I>[],
  {
    initialState,
    lengths = new Array<number>(steps[0]?.shape[0] ?? 0).fill(steps.length),
    ...options
  }: Options<S> = {},
): [outputs: OverTime<O>, state: S] {
  const start = initialState ?? zeroState<S>(cell.stateSize, lengths.length);
  const [outputs, state] = rawRnn(
    cell,
    (time, cellOutput, cellState: S | null) => [
      lengths.map((length) => time >= length),
      steps[time],
      cellState ?? start,
      cellOutput,
      null,
    ],
    options,
  );
  return [outputs as Tensor as OverTime<O>, state];
}
