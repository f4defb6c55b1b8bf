import type { TrainingCallback } from '../trainer/training-callback';
import { LogFile } from './log-file';
import { StepLog } from './step-log';

/**
 * Writes a JSON object in a line of its own for each step with a report or a validation, before a checkpoint of that step is saved:
 *
 *     {"step":100,"epoch":0,"seconds":1.5,"learningRate":0.001,"loss":0.25,"accuracy":0.9,"validation/loss":0.3,"validation/accuracy":0.88}
 *
 * `seconds` count from where this fit began; `learningRate` is that of the update to come; the rest is the loss and the metrics by name. A
 * trainer's first fit begins the file anew. A later one, also of a run that was resumed, goes on with it after cutting off what comes from
 * steps beyond its own. Node only. Throws `ArgumentError` in `fit`, before the first update, where the file cannot be written or holds lines of something
 * else, which stay.
 *
 * @example
 * ```ts
 * import { jsonLinesLog } from '@rnn/trainers/logs';
 *
 * const callbacks = [jsonLinesLog('runs/1/log.jsonl')]; // for trainer.fit(examples, { callbacks, … })
 * console.log(callbacks.length); // 1
 * ```
 */
export function jsonLinesLog(file: string): TrainingCallback {
  const log = new LogFile('jsonLinesLog', file);
  return new StepLog({
    async open({ step }) {
      const lines = await log.open({ beginning: '{"step":', isOwn: (line) => stepOf(line) !== undefined });
      const later = lines.findIndex((line) => step === 0 || (stepOf(line) as number) > step);
      await log.keep(later < 0 ? lines : lines.slice(0, later));
    },
    write: (row) => log.append(`${JSON.stringify(row)}\n`),
    close: () => log.close(),
  });
}

/** Undefined for a line that is none of ours. */
function stepOf(line: string): number | undefined {
  try {
    const { step } = JSON.parse(line) as { step?: unknown };
    return typeof step === 'number' ? step : undefined;
  } catch {
    return undefined;
  }
}
