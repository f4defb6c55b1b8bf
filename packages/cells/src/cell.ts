import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { Recurrence } from './recurrence';
import type { State, StateSize } from './state';
import type { SizeOf, TensorShape } from './tensor-shape';
import type { VariableStore } from './weights/variable-store';

/**
 * One step of a recurrent network. Shapes in this project: B batch, T time steps, D inputs, H units, P projection (P is H without one).
 *
 * A cell of your own needs `stateSize`, `outputSize` and `call`; it then runs under every runner. The optional members let a runner do more:
 * `build` gives the weights their names, `recurrence` lets a whole sequence run as one operation, `forSequence` fixes what is drawn once
 * a sequence, `zeroState` begins elsewhere than at zeros.
 *
 * Inputs and outputs are `[B, D]` and `[B, P]`, unless their types `I` and `O` say otherwise: a cell of images takes `[B, height, width, channels]`.
 */
export interface RNNCell<S extends State = State, I extends Tensor = Tensor2D, O extends Tensor = Tensor2D> {
  readonly stateSize: StateSize;
  /** The width of the output: P. A `TensorShape` where the output is more than `[B, P]`. */
  readonly outputSize: SizeOf<O>;
  /** The shape of the inputs without B, for a cell that takes more than `[B, D]`. */
  readonly inputShape?: TensorShape | undefined;
  /**
   * One step: `inputs [B, D]` and a state give `[output [B, P], new state]`. Pure: nothing given is changed or
   * disposed. The output may be the very tensor that the new state holds (an LSTM's h): disposing one then disposes the other.
   */
  call(inputs: I, state: S): [O, S];
  /** The state before the first step, for `batchSize` rows: a runner that is given none asks for it, once the cell is built. Default: zeros. */
  zeroState?(batchSize: number): S;
  /** Makes the weights for inputs `[B, inputSize]`. A second call changes nothing. */
  build?(inputSize: SizeOf<I>, context?: BuildContext): void;
  /** The weights by TensorFlow 1's names, in its order of creation. Empty before `build`. */
  readonly variables?: ReadonlyMap<string, Variable>;
  /** The TensorFlow.js backend that its steps run on, whichever is active. Default: the active one. */
  readonly device?: string;
  /** How a whole sequence of this cell is computed, where that can be said. */
  readonly recurrence?: Recurrence | undefined;
  /**
   * The cell for one pass over a sequence of a known batch size: what is random once a sequence (a dropout mask) is drawn here. With
   * `training: false` it is the cell as one evaluates it, without what is random. May be called before `build`.
   */
  forSequence?(batchSize: number, inputSize: SizeOf<I>, options?: SequenceOptions): RNNCell<S, I, O>;
  /** Frees the weights. */
  dispose?(): void;
}

/** A cell, whatever its inputs and outputs are. */
export type AnyRNNCell = RNNCell<State, Tensor, Tensor>;
/** What one pass over a sequence is for. */
export interface SequenceOptions {
  /** False: nothing is dropped. Default: true. */
  readonly training?: boolean | undefined;
}

/** Where a cell's variables go. */
export interface BuildContext {
  /** The scope of whoever builds the cell: `rnn` gives `rnn/basic_lstm_cell/kernel`. Default: none. */
  readonly scope?: string;
  /** Used when the cell was not given a store of its own. */
  readonly store?: VariableStore;
}

/** `scope/name`, or `name` alone where there is no scope. */
export const scoped = (scope: string | undefined, name: string): string => (scope ? `${scope}/${name}` : name);
