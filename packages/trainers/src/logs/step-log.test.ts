import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { largerStep } from '../examples-of.fixture';
import { csvLog } from './csv-log';
import { readEvents } from './event-file.fixture';
import { jsonLinesLog } from './json-lines-log';
import { loggedFit, loggedTrainer } from './logged-fit.fixture';
import { StepLog } from './step-log';
import { tensorBoard } from './tensor-board';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const stepsIn = (name: string, step: RegExp): number[] =>
  [...readFileSync(join(folder, name), 'utf8').matchAll(step)].map(([, number]) => Number(number));

test('a step’s row is in each log when the first of the callbacks may save the step, so that a kill after that loses none', async () => {
  const trainer = loggedTrainer();
  const seen: number[][] = [];
  const events = join(folder, 'events');
  await trainer.fit(largerStep(8), {
    ...{ steps: 7, batchSize: 4, reportEvery: 2, validation: largerStep(5), validateEvery: 3 },
    callbacks: [
      {
        async onStepEnd({ step }) {
          const [file] = readdirSync(events) as [string];
          const ofEvents = (await readEvents(join(events, file))).flatMap(({ step: logged = [] }) => logged);
          const rows = [ofEvents, stepsIn('log.csv', /^(\d+),/gm), stepsIn('log.jsonl', /^{"step":(\d+),.*}$/gm)];
          expect(rows).toEqual(Array(3).fill([2, 3, 4, 6, 7].filter((each) => each <= step)));
          seen.push(rows[0] as number[]);
        },
      },
      ...[csvLog(join(folder, 'log.csv')), jsonLinesLog(join(folder, 'log.jsonl')), tensorBoard(events)],
    ],
  });
  expect(seen.map(({ length }) => length)).toEqual([0, 1, 2, 3, 3, 4, 5]);
  trainer.dispose();
});

test('a report whose validation throws has its row all the same, and the log is closed', async () => {
  const trainer = loggedTrainer();
  const told: (number | string)[] = [];
  const log = new StepLog({
    open: async () => void told.push('open'),
    write: async ({ step }) => void told.push(step),
    close: async () => void told.push('close'),
  });
  const { onTrainBegin, onReport, onTrainEnd } = {
    onTrainBegin: log.onTrainBegin.bind(log),
    onReport: log.onReport.bind(log),
    onTrainEnd: log.onTrainEnd.bind(log),
  };
  const onValidation = () => {
    throw new Error('boom');
  };
  await expect(
    loggedFit(trainer, { onTrainBegin, onReport, onValidation, onTrainEnd }, { reportEvery: 3 }),
  ).rejects.toThrow('boom');
  expect(told).toEqual(['open', 3, 'close']);
  trainer.dispose();
});
