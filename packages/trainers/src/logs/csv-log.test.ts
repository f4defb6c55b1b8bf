import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
  const before = await readFile(file, 'utf8');
  const fit = loggedFit(trainer, csvLog(file), { validation: undefined, validateEvery: undefined });
  await expect(fit).rejects.toThrow(
    `csvLog: expected the columns of ${file}, ${columns}, got step,epoch,seconds,learningRate,loss,accuracy. Give another file.`,
  );
  expect(await readFile(file, 'utf8')).toBe(before);
  trainer.dispose();
});

test('a full disk ends the fit with the error of the system, which names the file', async () => {
  await expect(loggedFit(loggedTrainer(), csvLog('/dev/full'))).rejects.toMatchObject({
    message: 'csvLog: expected /dev/full to be written, got ENOSPC: no space left on device, write',
    code: 'ENOSPC',
  });
});
