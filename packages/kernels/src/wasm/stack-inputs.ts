import type { LayerConstants } from './kinds/kind';
import type { KindName } from './kinds/kinds';
import type { WeightsData } from './packed-weights';

/** A product's weights in TensorFlow's layout: `kernel [D + H, gates · H]`, of a projected LSTM `[D + P, 4H]`; `bias [biases · H]`. */
export interface Product {
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

export interface LayerInputs extends LayerConstants {
  readonly kind: KindName;
  readonly units: number;
  /** `[B, H]`, or `[B, P]` with a projection. Default: zeros, to which no gradient is computed. */
  readonly h0?: Float32Array | undefined;
  /** `[B, H]`, for an LSTM; given where h0 is. */
  readonly c0?: Float32Array | undefined;
  readonly products: readonly Product[];
  /** An LSTM's w_f, w_i and w_o, each `[H]`. */
  readonly peepholes?: readonly Float32Array[] | undefined;
  /** An LSTM's, `[H, P]`. */
  readonly projection?: Float32Array | undefined;
  /** What the weights come from, where inference may keep them packed. */
  readonly data?: WeightsData | undefined;
}

/** How a stack runs, whatever its layers are. */
export interface StackOptions {
  readonly steps: number;
  readonly batch: number;
  /** Of the lowest layer. */
  readonly inputs: number;
  /** Of x, the outputs and their gradients. */
  readonly batchMajor?: boolean;
  readonly lengths?: readonly number[] | undefined;
  readonly reverse: boolean;
  /** For training: whether to keep states at every √T-th step only, and compute the others again in the backward run. Default: false. */
  readonly swapMemory?: boolean;
  /** Whether to give the outputs of all steps. Default: true. */
  readonly returnSequences?: boolean;
}

/** Layers on top of each other: the outputs of one are the inputs of the next. */
export interface StackInputs extends StackOptions {
  /** `[T, B, D]`, or `[B, T, D]` with `batchMajor`. */
  readonly x: Float32Array;
  /** The lowest first. */
  readonly layers: readonly LayerInputs[];
}

/** A layer's final state, or its gradient. */
export interface FinalState {
  /** `[B, H]`, or `[B, P]`. */
  readonly h: Float32Array;
  /** `[B, H]`, of an LSTM. */
  readonly c?: Float32Array;
}

/** What a stack gives, or gradients of it. Arrays that the engine gives are views of its memory, and hold until its next call. */
export interface StackResult {
  /** `[T, B, H]`, or `[B, T, H]`; P in place of H with a projection. */
  readonly out?: Float32Array;
  readonly states: readonly FinalState[];
}

export interface LayerGradients {
  /** Where there was one. */
  readonly h0?: Float32Array;
  readonly c0?: Float32Array;
  readonly products: readonly Product[];
  /** Those of w_f, w_i and w_o. */
  readonly peepholes?: readonly Float32Array[];
  readonly projection?: Float32Array;
}

export interface StackGradients {
  /** As x, where it was asked for. */
  readonly x?: Float32Array;
  /** Those of the layers from the lowest that was asked for; undefined below it. */
  readonly layers: readonly (LayerGradients | undefined)[];
}
