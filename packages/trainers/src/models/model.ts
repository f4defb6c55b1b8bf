import type { RandomStreams } from '@rnn/cells';
import type { Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs-core';

/** What a model is applied for. */
export interface ApplyOptions {
  /** False: to evaluate, without what is random in training. Default: true. */
  readonly training?: boolean | undefined;
  /** `[B]`: how many steps of each sequence are valid; what follows is padding, and changes nothing. Default: all. */
  readonly sequenceLength?: ArrayLike<number> | undefined;
}

/** Anything that has variables and predicts. A `Trainer` asks for nothing else. */
export interface Model {
  /** By name, in order of creation. Empty before `build`. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** What it draws while it trains, such as the masks of dropout, once it is built. Default: nothing. */
  readonly streams?: RandomStreams | undefined;
  /**
   * Makes the variables, for examples of `inputShape` `[T, D]`. Each one's first values follow from the seed and its name; without a seed
   * they are random. A second call changes nothing.
   */
  build(inputShape: readonly number[], options?: { readonly seed?: number }): void;
  /**
   * Predicts: `inputs [B, T, D]` give `[B, K]`. Differentiable by every variable. With `training: false` nothing is dropped; a `Trainer` says
   * `true` in `fit` alone. Default: true.
   */
  apply(inputs: Tensor3D, options?: ApplyOptions): Tensor2D;
  /** Frees the variables. The model is then as new. */
  dispose(): void;
}
