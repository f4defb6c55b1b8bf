import { ArgumentError } from '@rnn/cells';
import { stringify } from 'csv-stringify/sync';
import type { TrainingCallback, TrainingRun } from '../trainer/training-callback';
import { LogFile } from './log-file';
import { StepLog } from './step-log';

/**
 * Writes a line of values, separated by commas, for each step with a report or a validation, before a checkpoint of that step is saved:
 *
 *     step,epoch,seconds,learningRate,loss,accuracy,validation/loss,validation/accuracy
 *     100,0,1.5,0.001,0.25,0.9,,
 *
 * The first line names the columns, those of a validation where `fit` has `validateEvery`; a step without one leaves them empty. What they hold, and
 * when the file goes on, is as for `jsonLinesLog`. Node only. Throws `ArgumentError` in `fit`, before the first update, where the file cannot be
 * written, holds something else, or would go on with other columns; it is then left as it is.
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
  let columns: readonly string[] = [];
  return new StepLog({
    async open(run) {
      columns = columnsOf(run);
      const header = stringify([columns]).trimEnd();
      const isOwn = (line: string, index: number) =>
        index === 0 ? line.startsWith(ofEveryStep.join()) : /^\d+,/.test(line);
      const lines = await log.open({ beginning: ofEveryStep.join(), isOwn });
      const [first = header] = lines;
      if (run.step > 0 && first !== header)
        throw new ArgumentError('csvLog', `the columns of ${file}, ${first}`, header, 'Give another file.');
      const later = lines.findIndex(
        (line, index) => run.step === 0 || (index > 0 && Number.parseInt(line, 10) > run.step),
      );
      const kept = later < 0 ? lines : lines.slice(0, later);
      await log.keep(kept);
      if (kept.length === 0) await log.append(`${header}\n`);
    },
    write: (row) => log.append(stringify([columns.map((name) => row[name] ?? '')])),
    close: () => log.close(),
  });
}

const ofEveryStep = ['step', 'epoch', 'seconds', 'learningRate'];

/** A step may have a report, a validation or both, whose measures have the same names. */
function columnsOf({ trainer, options }: TrainingRun): string[] {
  const measures = ['loss', ...trainer.metricNames];
  const ofValidation = options.validateEvery === undefined ? [] : measures.map((name) => `validation/${name}`);
  return [...ofEveryStep, ...measures, ...ofValidation];
}
