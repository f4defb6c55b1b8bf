import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ReadEvent, readEvents } from './event-file.fixture';
import { loggedFit, loggedTrainer } from './logged-fit.fixture';
import { tensorBoard } from './tensor-board';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'events-'));
});
afterEach(() => rm(folder, { recursive: true }));

const filesIn = async () => (await readdir(folder)).sort().map((name) => join(folder, name));
const valuesOf = ({ summary }: ReadEvent) =>
  Object.fromEntries((summary?.value ?? []).map(({ tag, simple_value }) => [tag, simple_value]));

test('another reader finds each step’s values by their tags, in float32, after the version of the file', async () => {
  const trainer = loggedTrainer();
  const began = Date.now() / 1000;
  const told = await loggedFit(trainer, tensorBoard(folder));
  const files = await filesIn();
  expect(files.length).toBe(1);
  expect(files[0]).toMatch(/events\.out\.tfevents\.\d{10}\./);
  const [version, ...events] = await readEvents(files[0] as string);
  expect(version).toEqual({ wall_time: expect.any(Number), file_version: 'brain.Event:2' });
  expect(events.map(({ step }) => step)).toEqual([2, 3, 4, 6, 7]);
  for (const event of events) {
    const { learningRate, ...measures } = valuesOf(event);
    expect(learningRate).toBe(0.5 ** ((event.step as number) + 1));
    const want = Object.entries(told.get(event.step as number) ?? {});
    expect(measures).toEqual(Object.fromEntries(want.map(([name, value]) => [name, Math.fround(value)])));
    expect(event.wall_time).toBeGreaterThanOrEqual(began);
    expect(event.wall_time).toBeLessThanOrEqual(Date.now() / 1000);
  }
  trainer.dispose();
});

test('a later fit has a file of its own, which says from which step it goes on', async () => {
  const trainer = loggedTrainer();
  const callback = tensorBoard(join(folder));
  await loggedFit(trainer, callback, { steps: 4 });
  await loggedFit(trainer, callback, { steps: 3 });
  const files = await filesIn();
  expect(files.length).toBe(2);
  const all = await Promise.all(files.map(readEvents));
  const later = all.find((events) => events.some(({ session_log }) => session_log !== undefined)) as ReadEvent[];
  expect(later[1]).toEqual({ wall_time: expect.any(Number), step: 5, session_log: { status: 'START' } });
  expect(later.slice(2).map(({ step }) => step)).toEqual([6, 7]);
  trainer.dispose();
});

test('a folder that cannot be written is told before the first update', async () => {
  const trainer = loggedTrainer();
  const [file] = await loggedFit(trainer, tensorBoard(folder)).then(filesIn);
  const other = loggedTrainer();
  await expect(loggedFit(other, tensorBoard(file as string))).rejects.toThrow(
    /^tensorBoard: expected .* to be a file that can be written, got E(NOTDIR|EXIST)/,
  );
  expect(other.step).toBe(0);
  trainer.dispose();
});
