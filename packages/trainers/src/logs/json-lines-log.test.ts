import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArgumentError } from '@rnn/cells';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { largerStep } from '../examples-of.fixture';
import { jsonLinesLog } from './json-lines-log';
import { loggedFit, loggedTrainer } from './logged-fit.fixture';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
});
afterEach(() => rm(folder, { recursive: true }));

const rowsOf = async (file: string) =>
  (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, number>);

test('each step with a report or a validation has a line of what they tell, the rate to come and the time', async () => {
  const file = join(folder, 'new', 'log.jsonl');
  const trainer = loggedTrainer();
  const told = await loggedFit(trainer, jsonLinesLog(file));
  const rows = await rowsOf(file);
  expect(rows.map(({ step }) => step)).toEqual([2, 3, 4, 6, 7]);
  for (const [k, { step, epoch, seconds, learningRate, ...measures }] of rows.entries()) {
    expect(measures).toEqual(told.get(step as number));
    expect(epoch).toBe(Math.floor(((step as number) - 1) / 2));
    expect(learningRate).toBe(0.5 ** ((step as number) + 1));
    expect(seconds).toBeGreaterThan(rows[k - 1]?.seconds ?? 0);
  }
  expect(Object.keys(rows[3] ?? {}).slice(4)).toEqual(['loss', 'accuracy', 'validation/loss', 'validation/accuracy']);
  trainer.dispose();
});

test('a later fit goes on with the file, without what is of later steps or not whole; a first fit begins it anew', async () => {
  const file = join(folder, 'log.jsonl');
  await writeFile(file, '{"step":1,"of":"another run"}\n{"st');
  const trainer = loggedTrainer();
  const log = jsonLinesLog(file);
  await loggedFit(trainer, log, { steps: 4 });
  const first = await readFile(file, 'utf8');
  await appendFile(file, '{"step":5,"loss":1}\n{"step":6,"lo');
  await loggedFit(trainer, log, { steps: 3 });
  const all = await readFile(file, 'utf8');
  expect(all.startsWith(first)).toBe(true);
  expect((await rowsOf(file)).map(({ step }) => step)).toEqual([2, 3, 4, 6, 7]);
  trainer.dispose();
});

test('what was told is in the file when the fit throws', async () => {
  const file = join(folder, 'log.jsonl');
  const trainer = loggedTrainer();
  const log = jsonLinesLog(file);
  const fit = loggedFit(trainer, {
    onTrainBegin: (run) => log.onTrainBegin?.(run),
    async onStep(info) {
      await log.onStep?.(info);
      if (info.step === 5) throw new Error('boom');
    },
    onReport: (info) => log.onReport?.(info),
    onTrainEnd: (run) => log.onTrainEnd?.(run),
  });
  await expect(fit).rejects.toThrow('boom');
  expect((await rowsOf(file)).map(({ step }) => step)).toEqual([2, 4]);
  trainer.dispose();
});

test('a file of something else is refused before the first update, and stays as it is, whichever step the fit begins at', async () => {
  const file = join(folder, 'notes.txt');
  const trainer = loggedTrainer();
  const ours = '{"step":1,"loss":1}\n';
  const foreign = [
    ['my notes\nline 2\n', 'my notes'],
    ['my notes', 'my notes'],
    [`${ours}{"steps":9}\n${ours}`, '{"steps":9}'],
    [`${ours}9\n`, '9'],
    ['\n', ''],
  ] as const;
  for (const steps of [2, 3]) {
    for (const [text, line] of foreign) {
      await writeFile(file, text);
      const before = trainer.step;
      await expect(loggedFit(trainer, jsonLinesLog(file))).rejects.toThrow(
        `jsonLinesLog: expected ${file} to hold such a log or nothing, got the line '${line}'. Give another file.`,
      );
      expect(await readFile(file, 'utf8')).toBe(text);
      expect(trainer.step).toBe(before);
    }
    await trainer.fit(largerStep(8), { steps, batchSize: 4 });
  }
  trainer.dispose();
});

test('a file that cannot be written is told before the first update', async () => {
  const trainer = loggedTrainer();
  await writeFile(join(folder, 'file'), '');
  for (const [path, reason] of [
    [folder, 'EISDIR'],
    [join(folder, 'file', 'log.jsonl'), 'E(NOTDIR|EXIST)'],
  ] as const) {
    const error: unknown = await loggedFit(trainer, jsonLinesLog(path)).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as ArgumentError).message).toMatch(
      new RegExp(`^jsonLinesLog: expected ${path} to be a file that can be written, got ${reason}`),
    );
  }
  expect(trainer.step).toBe(0);
});
