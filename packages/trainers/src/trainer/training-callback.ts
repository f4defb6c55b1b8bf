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

export interface StepInfo extends TrainingPosition {
  /**
   * Reads the loss and the metrics of this step's batch, as they were before the update. That waits for the device, so a callback asks
   * only where it shows them. To be called before `onStep` has ended.
   */
  measure(): Promise<Measures>;
}

export interface ReportInfo extends TrainingPosition, Measures {}

/**
 * What happens beside the updates: a progress bar, a log, a checkpoint. Each member is optional, and is waited for. When one throws, `fit`
 * ends with that error.
 */
export interface TrainingCallback {
  onTrainBegin?(position: TrainingPosition): void | Promise<void>;
  /** After every update. */
  onStep?(info: StepInfo): void | Promise<void>;
  /** After every `reportEvery` updates and after the last one. */
  onReport?(info: ReportInfo): void | Promise<void>;
  /** After the last update of an epoch. */
  onEpochEnd?(position: TrainingPosition): void | Promise<void>;
  /** Once `onTrainBegin` of any callback was called, also when `fit` throws. */
  onTrainEnd?(position: TrainingPosition): void | Promise<void>;
}
