import type { AnyRNNCell, State } from '@rnn/cells';
import type { SequenceArgs } from '@rnn/kernels';
import type { Tensor } from '@tensorflow/tfjs-core';

/** One built cell over one sequence, on checked arguments. */
export interface Pass extends Omit<SequenceArgs, 'inputs'> {
  readonly cell: AnyRNNCell;
  /** `[T, B, …]`; `[B, T, …]` where `timeMajor` is false. */
  readonly inputs: Tensor;
  /** Default: the zero state. */
  readonly initialState?: State;
}

/** What a pass gives. */
export interface Unrolled {
  /** `[T, B, …]`, or `[B, T, …]`; where `returnSequences` is false `[B, …]`, of each row the output of its last valid step. */
  readonly outputs: Tensor;
  readonly state: State;
}
