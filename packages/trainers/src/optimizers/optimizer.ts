import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { SavedTensors } from '../state/saved-tensors';

/** What an optimiser has become, as plain data. Its rate and its other constants are the program's. */
export interface OptimizerState {
  readonly name: string;
  readonly iterations: number;
  readonly slots: SavedTensors;
}

/**
 * Changes variables by their gradients. One optimiser serves one model: its slots go by the variables' names.
 *
 * Whatever changes the gradients first, such as a clip, can wrap an optimiser and be one.
 */
export interface Optimizer {
  /** TensorFlow's name of it: `Adam`. */
  readonly name: string;
  /**
   * Of the next update. May be set between two updates, which ends a schedule. Throws `ArgumentError` unless it is a finite number of at least
   * 0, or where a schedule gives another.
   */
  learningRate: number;
  /** The global norm to which a `Trainer` without a `clipNorm` of its own clips gradients before it hands them over. Default: it does not. */
  readonly clipNorm?: number | undefined;
  /** How many updates were made. */
  readonly iterations: number;
  /** What it remembers of each variable, under TensorFlow's names: `rnn/basic_lstm_cell/kernel/Adam`, `…/Adam_1`. Made at the first update. */
  readonly slots: ReadonlyMap<string, Variable>;
  /**
   * One update. A variable without a gradient stays as it is, and so do its slots. Throws `ArgumentError`, and changes nothing, where no
   * variable has a gradient, a gradient has no variable, or shapes differ.
   */
  applyGradients(variables: ReadonlyMap<string, Variable>, gradients: ReadonlyMap<string, Tensor>): void;
  /** What it has become. */
  state(): Promise<OptimizerState>;
  /**
   * Goes on as the optimiser of these variables that had this state. Throws `ArgumentError`, and changes nothing, where that was another
   * optimiser, or one of other variables.
   */
  restore(variables: ReadonlyMap<string, Variable>, state: OptimizerState): void;
  /** Frees the slots. The optimiser is then as new. */
  dispose(): void;
}
