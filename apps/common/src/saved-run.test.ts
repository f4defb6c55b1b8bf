import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainingState } from '@rnn/trainers';
import type { Checkpoints } from '@rnn/trainers/checkpoints';
import { afterAll, expect, it } from 'vitest';
import { inAll, type SavedRun, savedRun, withReports } from './saved-run';
import { unwrapped } from './testing';

const folder = mkdtempSync(join(tmpdir(), 'saved-'));
afterAll(() => rmSync(folder, { recursive: true }));

const state: TrainingState = {
  ...{ step: 1200, seed: 1, inputShape: [10, 1], streams: {}, reports: [], callbacks: new Map() },
  variables: new Map([['w', { shape: [1], values: new Float32Array([0.5]) }]]),
  optimizer: { name: 'Adam', iterations: 1200, slots: new Map() },
};

const said = ({ lines }: SavedRun): string[] => unwrapped(lines.join('\n')).split('\n');

it('without flags nothing is saved and nothing said', async () => {
  expect(await savedRun({}, {})).toEqual({ state: undefined, callbacks: [], lines: [] });
});

it('says where it saves and where it goes on', async () => {
  const flags = { checkpoints: folder, resume: true };
  const fresh = await savedRun({ ...flags, checkpointEvery: 2000 }, { units: [3] });
  const saves = (every: string) => `saves    every ${every} steps to ${folder}`;
  expect(said(fresh)).toEqual([saves('2,000'), `resumes  from the beginning: no checkpoint in ${folder}`]);
  expect(fresh.state).toBeUndefined();
  await (fresh.callbacks[0] as Checkpoints).save(state);
  const resumed = await savedRun(flags, { units: [3] });
  expect(said(resumed)).toEqual([saves('500'), 'resumes  from step 1,200']);
  expect(resumed.state).toEqual(state);
  const anew = await savedRun({ checkpoints: join(folder, 'new'), checkpointEvery: 1 }, { units: [4] });
  expect([anew.state, said(anew)]).toEqual([undefined, [`saves    every step to ${folder}/new`]]);
  await expect(savedRun({ checkpoints: folder }, { units: [3] })).rejects.toThrow(
    `--checkpoints: expected no run yet in ${folder}, got one at step 1,200. --resume goes on with it. Or name another folder.`,
  );
  await expect(savedRun(flags, { units: [4] })).rejects.toThrow('expected a run with units [4], got units [3].');
});

it.each([
  [{ resume: true }, '--resume: expected a folder with --checkpoints, got none'],
  [{ checkpointEvery: 5 }, '--checkpoint-every: expected a folder with --checkpoints, got none'],
])('%j is refused', async (flags, sentence) => {
  await expect(savedRun(flags, {})).rejects.toThrow(sentence);
});

it('a length counts the steps from before, and so do the losses', () => {
  expect([inAll({ steps: 5 }), inAll({ epochs: 2 })]).toEqual([{ maxSteps: 5 }, { maxEpochs: 2 }]);
  const reports = [1, 2].map((step) => ({ step, loss: step / 4, metrics: {} }));
  expect(withReports({ loss: [], steps: 1 }, reports)).toEqual({
    loss: [
      { step: 1, value: 0.25 },
      { step: 2, value: 0.5 },
    ],
    steps: 1,
  });
});
