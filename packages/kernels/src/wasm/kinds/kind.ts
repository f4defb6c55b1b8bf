import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import type { SequenceLayer } from '../../layered/sequence-layer';
import type { Field } from '../sequence-record';

/** A matrix product of a recurrence: `kernel [D + H, gates · H]`, of a projected LSTM `[D + P, 4H]`; `bias [biases · H]`. */
interface ProductKind {
  readonly gates: number;
  /** A reset gate that acts after the product leaves the candidate two: x's, and h's, which the gate multiplies. */
  readonly biases: number;
  /** The tensors that are the kernel, one below the other, and those that are the bias. */
  readonly kernel: readonly string[];
  readonly bias: readonly string[];
}

/** The numbers that a layer's recurrence takes besides tensors. */
export interface LayerConstants {
  readonly forgetBias?: number;
  readonly relu?: boolean;
  readonly cellClip?: number | undefined;
  /** Only with a projection. */
  readonly projClip?: number | undefined;
}

/** A layer as the engine takes it: its tensors by name, h, c, peepholeF, peepholeI, peepholeO and projection among them where it has them. */
export interface KindLayer extends LayerConstants {
  readonly tensors: NamedTensorMap;
}

/** A recurrence that the engine has; its number is its place in the list of kinds. */
export interface Kind {
  readonly type: SequenceLayer['type'];
  readonly activations: readonly string[];
  /** Whether the state has a c. */
  readonly hasCell: boolean;
  /** The first has the gates that are multiplied with x and h alike. */
  readonly products: readonly ProductKind[];
  /** Regions of `width` numbers a row that are kept of every step, besides the gates. */
  readonly ofEachStep: readonly Field[];
  /** Likewise those of one step in the backward run. */
  readonly ofOneStep: readonly Field[];
  /** The layer, if it is of this kind. */
  readonly take: (layer: SequenceLayer) => KindLayer | undefined;
}
