import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { GruSequenceArgs } from '../gru/gru-sequence';
import type { LstmSequenceArgs } from '../lstm/lstm-sequence';
import type { RnnSequenceArgs } from '../rnn/rnn-sequence';
import type { SequenceArgs } from '../sequence';

/** What is a layer's own of an operation's arguments. */
type LayerOf<Args> = Args extends unknown ? Omit<Args, keyof SequenceArgs> : never;

/** One layer: the arguments of `lstmSequence`, `gruSequence` or `rnnSequence` without those that all layers share. */
export type SequenceLayer =
  | ({ readonly type: 'lstm' } & LayerOf<LstmSequenceArgs>)
  | ({ readonly type: 'gru' } & LayerOf<GruSequenceArgs>)
  | ({ readonly type: 'rnn' } & LayerOf<RnnSequenceArgs>);

/** A layer's final state. */
export interface LayerState {
  /** `[B, H]`, of an LSTM. */
  readonly c?: Tensor2D;
  /** `[B, H]`, or `[B, P]` of a projected LSTM. */
  readonly h: Tensor2D;
}
