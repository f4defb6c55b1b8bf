import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { Timing } from './workload';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const small = [
  '--json',
  '--backend',
  'cpu',
  '--batch',
  '2',
  '--time',
  '3',
  '--input',
  '4',
  '--hidden',
  '5',
  '--repeats',
  '2',
  '--steps',
  '2',
];

it.each([
  ['train', 'lstm', '1'],
  ['train', 'gru', '2'],
  ['infer', 'rnn', '1'],
])('%s %s with %s layers: one line of JSON, as the peers print it', async (mode, cell, layers) => {
  const words = [main, ...small, '--mode', mode, '--cell', cell, '--layers', layers];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const timing = JSON.parse(stdout) as Timing;
  expect(timing).toMatchObject({
    peer: '@rnn on cpu',
    cell,
    mode,
    batch: 2,
    time: 3,
    input: 4,
    hidden: 5,
    layers: Number(layers),
  });
  expect(timing.ms).toBeGreaterThan(0);
  expect(timing.ms_median).toBeGreaterThanOrEqual(timing.ms);
  expect(timing.sequences_per_s).toBe(Math.round(2000 / timing.ms));
});

it.each([
  ['a cell that is not known', ['--cell', 'nas'], "argument 'nas' is invalid"],
  ['part of a batch', ['--batch', '1.5'], "argument '1.5' is invalid. It must be an integer."],
  ['a word for a number', ['--time', 'x'], "argument 'x' is invalid. It must be an integer."],
  ['no steps', ['--steps', '0'], "argument '0' is invalid. It must be at least 1."],
])('%s ends with a sentence and status 2', async (_, words, sentence) => {
  await expect(promisify(execFile)(process.execPath, [main, ...words])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining(sentence),
  });
});
