import type { OptimizerState } from '../optimizers/optimizer';
import type { CallbackState, Measures } from '../trainer/training-callback';
import type { SavedTensors } from './saved-tensors';

/** The loss and the metrics that a step reported. */
export interface StepReport extends Measures {
  readonly step: number;
}

/** What a callback remembered, with its tensors as plain data. */
export interface SavedCallback extends Pick<CallbackState, 'values'> {
  readonly tensors: SavedTensors;
}

/**
 * All that a run is made of between two steps, as plain data: a trainer of the same model, optimiser and callbacks goes on from it to the bit, in
 * another process too, on the same backend.
 */
export interface TrainingState {
  /** How many updates were made. With the seed it tells which examples come next. */
  readonly step: number;
  readonly seed: number;
  /** Of one example's inputs, `[T, D]`: what the model was built for. */
  readonly inputShape: readonly number[];
  readonly variables: SavedTensors;
  readonly optimizer: OptimizerState;
  /** Where the model's streams of random numbers stand, by name: see `RandomStreams` of `@rnn/cells`. */
  readonly streams: Readonly<Record<string, readonly number[]>>;
  /** Of every reported step, the first first. */
  readonly reports: readonly StepReport[];
  /** By the callbacks' names. */
  readonly callbacks: ReadonlyMap<string, SavedCallback>;
}
