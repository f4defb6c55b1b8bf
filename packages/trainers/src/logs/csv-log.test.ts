import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { largerStep } from '../examples-of.fixture';
import { csvLog } from './csv-log';
import { loggedFit, loggedTrainer } from './logged-fit.fixture';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
});
afterEach(() => rm(folder, { recursive: true }));

const columns = 'step,epoch,seconds,learningRate,loss,accuracy,validation/loss,validation/accuracy';

test('the first line names the columns, and each line after it has the values of a step, empty where there are none', async () => {
  const file = join(folder, 'log.csv');
  const trainer = loggedTrainer();
  const told = await loggedFit(trainer, csvLog(file));
  const [header, ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(header).toBe(columns);
  const names = columns.split(',').slice(4);
  const rows = lines.map((line) => line.split(','));
  expect(rows.map(([step]) => step)).toEqual(['2', '3', '4', '6', '7']);
  for (const [step, epoch, seconds, learningRate, ...measures] of rows) {
    expect(Number(epoch)).toBe(Math.floor((Number(step) - 1) / 2));
    expect(Number(learningRate)).toBe(0.5 ** (Number(step) + 1));
    expect(Number(seconds)).toBeGreaterThan(0);
    const want = told.get(Number(step)) ?? {};
    expect(measures).toEqual(names.map((name) => `${want[name] ?? ''}`));
  }
  expect(rows[1]?.[4]).toBe('');
  trainer.dispose();
});

test('without validateEvery there are no columns of a validation', async () => {
  const file = join(folder, 'log.csv');
  const trainer = loggedTrainer();
  await loggedFit(trainer, csvLog(file), { validation: undefined, validateEvery: undefined });
  expect(await readFile(file, 'utf8')).toMatch(/^step,epoch,seconds,learningRate,loss,accuracy\n2,/);
  trainer.dispose();
});

test('a later fit goes on with the file, without what is of later steps or not whole', async () => {
  const file = join(folder, 'log.csv');
  const trainer = loggedTrainer();
  await loggedFit(trainer, csvLog(file), { steps: 4 });
  const first = await readFile(file, 'utf8');
  await appendFile(file, '5,1,9,0.1,1,1,,\n6,2,9');
  await loggedFit(trainer, csvLog(file), { steps: 3 });
  const all = await readFile(file, 'utf8');
  expect(all.startsWith(first)).toBe(true);
  expect(all.match(/^\d+/gm)).toEqual(['2', '3', '4', '6', '7']);
  trainer.dispose();
});

test('a file that has other columns is left as it is, and told', async () => {
  const file = join(folder, 'log.csv');
  const trainer = loggedTrainer();
  await loggedFit(trainer, csvLog(file), { steps: 4 });
  await appendFile(file, '50,1,9,0.1,1,1,,\n100,2,9,0.1,1,1,,\n1');
  const before = await readFile(file, 'utf8');
  const fit = loggedFit(trainer, csvLog(file), { validation: undefined, validateEvery: undefined });
  await expect(fit).rejects.toThrow(
    `csvLog: expected the columns of ${file}, ${columns}, got step,epoch,seconds,learningRate,loss,accuracy. Give another file.`,
  );
  expect(await readFile(file, 'utf8')).toBe(before);
  expect(trainer.step).toBe(4);
  trainer.dispose();
});

test('a file of something else is refused before the first update, and stays as it is, whichever step the fit begins at', async () => {
  const file = join(folder, 'notes.csv');
  const trainer = loggedTrainer();
  for (const steps of [2, 3]) {
    for (const [text, line] of [
      ['name,age\n5,6\n', 'name,age'],
      ['steps', 'steps'],
      [`${columns}\n1,0,1,1,1,1,,\nTotal\n`, 'Total'],
    ] as const) {
      await writeFile(file, text);
      await expect(loggedFit(trainer, csvLog(file))).rejects.toThrow(
        `csvLog: expected ${file} to hold such a log or nothing, got the line '${line}'. Give another file.`,
      );
      expect(await readFile(file, 'utf8')).toBe(text);
    }
    await trainer.fit(largerStep(8), { steps, batchSize: 4 });
  }
  expect(trainer.step).toBe(5);
  trainer.dispose();
});

test('a first fit begins a log of another run anew, other columns and half a header too', async () => {
  const file = join(folder, 'log.csv');
  for (const text of ['step,epoch,seconds,learningRate,loss\n1,0,1,1,1\n', 'step,epo']) {
    await writeFile(file, text);
    const trainer = loggedTrainer();
    await loggedFit(trainer, csvLog(file), { steps: 2 });
    expect(await readFile(file, 'utf8')).toMatch(new RegExp(`^${columns}\n2,[^\n]*\n$`));
    trainer.dispose();
  }
});

test('a full disk ends the fit with the error of the system, which names the file', async () => {
  await expect(loggedFit(loggedTrainer(), csvLog('/dev/full'))).rejects.toMatchObject({
    message: 'csvLog: expected /dev/full to be written, got ENOSPC: no space left on device, write',
    code: 'ENOSPC',
  });
});
