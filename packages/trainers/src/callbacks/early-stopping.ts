import { checkCount } from '../checks';
import type { TrainingCallback, TrainingRun } from '../trainer/training-callback';
import { BestWeights } from './best-so-far';
import type { MonitorOptions } from './watching';

export interface EarlyStoppingOptions extends MonitorOptions {
  /** How many values in a row, of a report or a validation each, may be no better than the best before `fit` ends. */
  readonly patience: number;
  /** Give the model, when `fit` has ended so or has made all its steps, the weights of the best value. Default: false. */
  readonly restoreBest?: boolean | undefined;
}

/** `earlyStopping`, and what it knows until `fit` has ended so or has made all its steps. */
export interface EarlyStopping extends TrainingCallback {
  /** The best value of the measure; undefined before the first. */
  readonly value: number | undefined;
  /** After how many updates it was. */
  readonly step: number | undefined;
  /** Frees the weights of a run that was stopped by something else, and will not go on. */
  dispose(): void;
}

/**
 * Ends `fit` when a measure has not become better for a while. A fit that something else ended, a signal or an error, leaves the weights and what is
 * known of the best as they are, for a later one to go on. Throws `ArgumentError` for options that do not fit.
 *
 * @example
 * ```ts
 * import { earlyStopping } from '@rnn/trainers';
 *
 * // For trainer.fit(train, { validation, validateEvery: 100, callbacks, … }): 500 steps without a better accuracy are enough.
 * const callbacks = [earlyStopping({ monitor: 'validation/accuracy', patience: 5, restoreBest: true })];
 * console.log(callbacks[0]?.value); // undefined
 * ```
 */
export function earlyStopping({ patience, restoreBest = false, ...options }: EarlyStoppingOptions): EarlyStopping {
  checkCount('earlyStopping', 'patience', patience);
  let waited = 0;
  let isDone = false;
  const stop = (run: TrainingRun) => {
    isDone = true;
    run.stop(`earlyStopping: ${options.monitor ?? 'validation/loss'} was best at step ${best.step ?? 'none'}`);
  };
  const best = new BestWeights('earlyStopping', options, {
    keepsWeights: restoreBest,
    judged(isBest, run) {
      waited = isBest ? 0 : waited + 1;
      if (waited >= patience) stop(run);
    },
  });
  const restart = () => {
    best.dispose();
    [waited, isDone] = [0, false];
  };
  return {
    ...{ name: best.name, ...best.hooks, dispose: restart },
    get value() {
      return best.value;
    },
    get step() {
      return best.step;
    },
    onTrainBegin(run) {
      best.hooks.onTrainBegin?.(run);
      // A run that a signal ended at the very step at which this did.
      if (waited >= patience) stop(run);
    },
    onTrainEnd({ step, steps, trainer, error }) {
      if (error !== undefined || (!isDone && step < steps)) return;
      if (restoreBest && best.step !== undefined) best.assignTo(trainer.model);
      restart();
    },
    getState() {
      const { values, tensors } = best.getState();
      return { values: { ...values, waited }, tensors };
    },
    setState(state) {
      best.setState(state);
      waited = state.values.waited as number;
    },
  };
}
