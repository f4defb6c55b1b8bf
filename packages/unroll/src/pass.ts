import type { RNNCell, State } from '@rnn/cells';
import type { SequenceArgs } from '@rnn/kernels';
import type { Tensor } from '@tensorflow/tfjs-core';

/** One built cell over one sequence, on checked arguments. */
export interface Pass extends SequenceArgs {
  readonly cell: RNNCell;
  /** Default: the zero state. */
  readonly initialState?: State;
}

/** What a pass gives. */
export interface Unrolled {
  /** `[T, B, P]`, or `[B, T, P]`; where `returnSequences` is false `[B, P]`, of each row the output of its last valid step. */
  readonly outputs: Tensor;
  readonly state: State;
}
