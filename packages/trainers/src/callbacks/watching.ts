import { ArgumentError } from '@rnn/cells';
import { checkChoice, checkNumber } from '../checks';
import type { Measures, TrainingCallback, TrainingRun } from '../trainer/training-callback';

/** Which measure decides what is best. */
export interface MonitorOptions {
  /**
   * `loss` or a metric's name, of the batch of a report; `validation/loss` or `validation/` and a metric's name, of the validation, which needs
   * `validateEvery`. Default: `validation/loss`.
   */
  readonly monitor?: string | undefined;
  /** Whether the least or the greatest is best. Default: `min` for a loss, `max` for `accuracy`; other names have none. */
  readonly mode?: 'min' | 'max' | undefined;
  /** By how much a value must be better to count. Default: 0, any at all. */
  readonly minDelta?: number | undefined;
}

/** A measure that is watched. */
export interface Watched {
  /** The hooks that hand its values to `take`. */
  readonly hooks: Pick<TrainingCallback, 'onTrainBegin' | 'onReport' | 'onValidation'>;
  /** Whether a value counts as better than the best so far, of which there may be none. NaN never does. */
  isBetter(value: number, best: number | undefined): boolean;
}

const prefix = 'validation/';
const modes: Readonly<Record<string, 'min' | 'max'>> = { loss: 'min', accuracy: 'max' };

/**
 * Watches a measure. Throws `ArgumentError` for options that do not fit, and when the fit begins or first reports where the measure will never come.
 */
export function watching(
  where: string,
  { monitor = 'validation/loss', mode, minDelta = 0 }: MonitorOptions,
  take: (value: number, run: TrainingRun) => void,
): Watched {
  const ofValidation = monitor.startsWith(prefix);
  const name = ofValidation ? monitor.slice(prefix.length) : monitor;
  const direction = mode ?? modes[name];
  if (direction === undefined) throw new ArgumentError(where, `mode 'min' or 'max' for monitor '${monitor}'`, 'none');
  checkChoice(where, 'mode', direction, ['min', 'max']);
  checkNumber(where, 'minDelta', minDelta, 0);
  const handOver = ({ loss, metrics, ...run }: TrainingRun & Measures) => {
    const measures: Readonly<Record<string, number>> = { loss, ...metrics };
    const value = measures[name];
    if (value !== undefined) return take(value, run);
    const names = Object.keys(measures).map((known) => (ofValidation ? prefix + known : known));
    throw new ArgumentError(where, `monitor to be one of ${names.join(', ')}`, `'${monitor}'`);
  };
  const onTrainBegin = ({ options }: TrainingRun) => {
    if (options.validateEvery !== undefined) return;
    throw new ArgumentError(where, `validation and validateEvery in fit, for monitor '${monitor}'`, 'none');
  };
  return {
    hooks: ofValidation ? { onTrainBegin, onValidation: handOver } : { onReport: handOver },
    isBetter(value, best) {
      if (best === undefined) return !Number.isNaN(value);
      return direction === 'min' ? value < best - minDelta : value > best + minDelta;
    },
  };
}
