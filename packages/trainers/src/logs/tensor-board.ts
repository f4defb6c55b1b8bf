import { hostname } from 'node:os';
import { join } from 'node:path';
import type { TrainingCallback } from '../trainer/training-callback';
import { type EventContent, eventRecord } from './event-record';
import { LogFile } from './log-file';
import { StepLog } from './step-log';

/** So that two fits of a process within a second have files of their own. */
let files = 0;

/**
 * Writes event files that TensorBoard shows: `loss`, the metrics by name and `learningRate`, that of the update to come, at each report;
 * `validation/loss` and so on at each validation. A fit makes a file of its own in `folder`, so a folder is for one run; where a run goes on
 * from an earlier step, TensorBoard drops what it knew of later ones. Node only. Throws `ArgumentError` in `fit` where the file cannot be
 * written.
 *
 * @example
 * ```ts
 * import { tensorBoard } from '@rnn/trainers/logs';
 *
 * const callbacks = [tensorBoard('runs/1')]; // for trainer.fit(examples, { callbacks, … }); then `tensorboard --logdir runs`
 * console.log(callbacks.length); // 1
 * ```
 */
export function tensorBoard(folder: string): TrainingCallback {
  let log: LogFile | undefined;
  const write = async (content: EventContent) => log?.append(eventRecord(Date.now() / 1000, content));
  return new StepLog({
    async open({ step }) {
      const name = `events.out.tfevents.${Math.floor(Date.now() / 1000)}.${hostname()}.${process.pid}.${files++}`;
      log = new LogFile('tensorBoard', join(folder, name));
      await log.create();
      await write({ fileVersion: 'brain.Event:2' });
      if (step > 0) await write({ startsAt: step + 1 });
    },
    async write({ step, epoch: _, seconds: __, ...values }) {
      await write({ step, values });
    },
    close: async () => log?.close(),
  });
}
