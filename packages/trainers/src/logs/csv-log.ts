import { ArgumentError } from '@rnn/cells';
import { stringify } from 'csv-stringify/sync';
import type { TrainingCallback } from '../trainer/training-callback';
import { LogFile } from './log-file';
import { StepLog, type StepRow } from './step-log';

/**
 * Writes a line of values, separated by commas, for each step with a report or a validation, as soon as the next step is made:
 *
 *     step,epoch,seconds,learningRate,loss,accuracy,validation/loss,validation/accuracy
 *     100,0,1.5,0.001,0.25,0.9,,
 *
 * The first line names the columns, those of a validation where `fit` has `validateEvery`; a step without one leaves them empty. What they hold, and
 * when the file goes on, is as for `jsonLinesLog`. Node only. Throws `ArgumentError` in `fit` where the file cannot be written, or goes on with
 * other columns.
 *
 * @example
 * ```ts
 * import { csvLog } from '@rnn/trainers/logs';
 *
 * const callbacks = [csvLog('runs/1/log.csv')]; // for trainer.fit(examples, { callbacks, … })
 * console.log(callbacks.length); // 1
 * ```
 */
export function csvLog(file: string): TrainingCallback {
  const log = new LogFile('csvLog', file);
  /** The first line; undefined until it is there. */
  let header: string | undefined;
  return new StepLog({
    async open({ step }) {
      header = undefined;
      if (step === 0) return log.create();
      [header] = await log.resume((line, index) => index === 0 || Number.parseInt(line, 10) <= step);
    },
    async write(row, { options }) {
      const columns = columnsOf(row, options.validateEvery !== undefined);
      const line = stringify([columns]);
      if (header === undefined) await log.append(line);
      else if (`${header}\n` !== line)
        throw new ArgumentError('csvLog', `the columns of ${file}, ${header}`, line.trimEnd(), 'Give another file.');
      header = line.trimEnd();
      await log.append(stringify([columns.map((name) => row[name] ?? '')]));
    },
    close: () => log.close(),
  });
}

const prefix = 'validation/';

/** A step may have a report, a validation or both, whose measures have the same names. */
function columnsOf(row: StepRow, validates: boolean): string[] {
  const { step, epoch, seconds, learningRate, ...measured } = row;
  const names = Object.keys(measured).map((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name));
  const measures = [...new Set(names)];
  const ofValidation = validates ? measures.map((name) => prefix + name) : [];
  return [...Object.keys({ step, epoch, seconds, learningRate }), ...measures, ...ofValidation];
}
