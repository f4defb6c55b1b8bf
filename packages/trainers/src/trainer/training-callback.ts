import type { Tensor } from '@tensorflow/tfjs-core';
import type { FitOptions } from './fit-options';
import type { Trainer } from './trainer';

/** The loss of a batch, and its metrics by name. */
export interface Measures {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Where a run of `fit` stands. */
export interface TrainingPosition {
  /** How many updates the trainer has made, over all calls of `fit`. */
  readonly step: number;
  /** What `step` will be when this call of `fit` is done. */
  readonly steps: number;
  /** The epoch of the last update, from 0, over all calls of `fit`. */
  readonly epoch: number;
}

/** A run of `fit`, as its callbacks are told of it. */
export interface TrainingRun extends TrainingPosition {
  /** Whose `fit` it is. Its model's variables are there, and those of its optimiser after the first update. */
  readonly trainer: Trainer<string>;
  /** What `fit` was asked for. */
  readonly options: FitOptions;
  /**
   * Asks `fit` to end after this step, with `FitResult.stopped` telling the reason, the first of several, unless it was the last step anyway; asked in
   * `onTrainBegin`, before the first.
   * A step that it ends after so is reported and validated only where that is due, so that callbacks of a run that goes on later are told what they
   * would have been told without the stop.
   */
  stop(reason: string): void;
}

export interface StepInfo extends TrainingRun {
  /**
   * Reads the loss and the metrics of this step's batch, as they were before the update. That waits for the device, so a callback asks
   * only where it shows them. To be called before `onStep` has ended.
   */
  measure(): Promise<Measures>;
}

export interface ReportInfo extends TrainingRun, Measures {}

/** The loss and the metrics of all of `validation`. */
export interface ValidationInfo extends TrainingRun, Measures {
  readonly examples: number;
}

/** A step that is done with: what its callbacks remember of it is there. */
export interface StepEndInfo extends TrainingRun {
  /** Whether `fit` ends after it: it has made its updates, or was asked to stop. */
  readonly last: boolean;
}

/** A run that has ended. */
export interface TrainEndInfo extends TrainingRun {
  /** What `fit` throws, where an error ended it. */
  readonly error?: unknown;
}

/** What a callback remembers. */
export interface CallbackState {
  /** What JSON can hold. */
  readonly values: Readonly<Record<string, number | string | boolean | null>>;
  /** By name. They stay the callback's, which may free them at its next call. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/**
 * What happens beside the updates: a progress bar, a log, a checkpoint. Each member is optional, and is waited for. When one throws, `fit`
 * ends with that error.
 */
export interface TrainingCallback {
  /** What a checkpoint keeps its state under: unlike that of any other callback of the run. */
  readonly name?: string;
  onTrainBegin?(run: TrainingRun): void | Promise<void>;
  /** After every update. */
  onStep?(info: StepInfo): void | Promise<void>;
  /** After every `reportEvery` updates and after the last of all. */
  onReport?(info: ReportInfo): void | Promise<void>;
  /** After every `validateEvery` updates and after the last of all, where that is given; after `onReport`. */
  onValidation?(info: ValidationInfo): void | Promise<void>;
  /** After the last update of an epoch. */
  onEpochEnd?(run: TrainingRun): void | Promise<void>;
  /** After every update, when all callbacks have been told of the step, its report, its validation and its epoch: the time to save the run. */
  onStepEnd?(info: StepEndInfo): void | Promise<void>;
  /** Once `onTrainBegin` of any callback was called, also when `fit` throws. */
  onTrainEnd?(info: TrainEndInfo): void | Promise<void>;
  /** What it remembers from step to step, for a checkpoint to save. */
  getState?(): CallbackState;
  /** Takes over what `getState` gave, copying the tensors, before `onTrainBegin`: the run then goes on as the one that was saved. */
  setState?(state: CallbackState): void;
}
