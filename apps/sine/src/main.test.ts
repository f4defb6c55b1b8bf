import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram, type TrainingReport } from 'app-common';
import { afterAll, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sine-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each(['one-layer', 'two-layer'])('%s learns: the error falls by half in an epoch', async (workload) => {
  const json = join(folder, `${workload}.json`);
  const mse = async (...words: string[]): Promise<number> => {
    const { status, stdout, stderr } = await runProgram(main, [
      workload,
      '--quiet',
      '--json',
      json,
      '--learning-rate',
      '0.01',
      ...words,
    ]);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    const report = JSON.parse(readFileSync(json, 'utf8')) as TrainingReport;
    expect(report).toMatchObject({ workload, validation: null, first128Accuracy: null, test: { examples: 1090 } });
    return (report.test as { mse: number }).mse;
  };
  expect(await mse('--epochs', '2')).toBeLessThan((await mse('--steps', '1')) / 2);
});

it('draws the predicted curve over the true one, with title, axes and legend', async () => {
  const file = join(folder, 'curve.svg');
  const { status, stdout, stderr } = await runProgram(main, ['--steps', '2', '--plot', file]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(`drawn in ${file}`);
  const svg = readFileSync(file, 'utf8');
  for (const text of ['two-layer: the next value of a sine', 'x (radians)', 'value', 'sin x', 'predicted'])
    expect(svg).toContain(text);
});

it('draws a PNG where the file ends in .png', async () => {
  const file = join(folder, 'curve.png');
  await runProgram(main, ['--steps', '1', '--plot', file]);
  expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
});

it.each([
  [
    'an unknown workload',
    ['estimate'],
    /'estimate' is invalid for argument 'workload'\. Allowed choices are one-layer, two-layer\./,
  ],
  [
    'a plot in no folder',
    ['--plot', '/no/such/folder/a.svg'],
    /^--plot: expected a file in a folder that can be written to, got \/no\/such\/folder\/a\.svg \(ENOENT\)/,
  ],
  [
    'a plot of another kind',
    ['--plot', 'curve.gif'],
    /^--plot: expected a file ending in \.svg or \.png, got curve\.gif/,
  ],
  [
    'a batch beyond all memory',
    ['--batch-size', '1000000000'],
    /^fit: expected batchSize to be at most 10990, the number of examples, got 1000000000\. /m,
  ],
  ['too many units', ['--hidden', '1000000000'], /argument '1000000000' is invalid\. It must be at most 16,384\./],
  ['a flag of the other app', ['--data', '.'], /unknown option '--data'/],
])('%s gets a sentence and exit status 2', async (_, words, sentence) => {
  const { status, stderr } = await runProgram(main, words);
  expect(status).toBe(2);
  expect(stderr).toMatch(sentence);
});
