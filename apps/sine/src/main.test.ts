import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram, type TrainingReport } from 'app-common';
import { afterAll, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sine-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `--json` writes. */
async function report(...words: string[]): Promise<TrainingReport> {
  const json = join(folder, `report-${Math.random()}.json`);
  const { status, stdout, stderr } = await runProgram(main, ['--quiet', '--json', json, ...words]);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  return JSON.parse(readFileSync(json, 'utf8')) as TrainingReport;
}

it('help names every workload', async () => {
  const { status, stdout } = await runProgram(main, ['--help']);
  expect(status).toBe(0);
  for (const name of ['one-layer', 'two-layer', 'two-layer-manual', 'estimator'])
    expect(stdout).toContain(`  ${name} `);
});

it.each([
  ['one-layer', '0.01', 1090],
  ['two-layer', '0.01', 1090],
  ['estimator', '0.1', 990],
] as const)('%s learns: the error falls by half in two epochs', async (workload, rate, examples) => {
  const mse = async (...words: string[]): Promise<number> => {
    const facts = await report(workload, '--learning-rate', rate, ...words);
    expect(facts).toMatchObject({ workload, validation: null, first128Accuracy: null, test: { examples } });
    return (facts.test as { mse: number }).mse;
  };
  expect(await mse('--epochs', '2')).toBeLessThan((await mse('--steps', '1')) / 2);
});

it('two-layer-manual gives the losses and the error of two-layer to rounding, and says what runs it', async () => {
  const run = (workload: string) => report(workload, '--steps', '5', '--learning-rate', '0.01');
  const [manual, unrolled] = [await run('two-layer-manual'), await run('two-layer')];
  expect(manual.loss).toEqual([{ step: 5, value: expect.closeTo(unrolled.loss[0]?.value as number, 5) }]);
  expect(manual.test).toEqual({ mse: expect.closeTo((unrolled.test as { mse: number }).mse, 5), examples: 1090 });
  expect(manual.kernel).toMatch(
    /^BasicLSTMCell step by step x 2 on \w+, stock operations: the program calls its cells itself$/,
  );
});

it('writes one JSON object with the facts of the design', async () => {
  const facts = await report('estimator', '--steps', '3', '--backend', 'cpu', '--hidden', '4', '--seed', '5');
  expect(Object.keys(facts)).toEqual([
    ...['workload', 'backend', 'device', 'kernel', 'seed', 'steps', 'epochs', 'batchSize', 'seconds', 'msPerStep'],
    ...['sequencesPerSecond', 'loss', 'validation', 'test', 'first128Accuracy', 'peakRssBytes', 'versions'],
  ]);
  expect(facts).toMatchObject({
    ...{ workload: 'estimator', backend: 'cpu', seed: 5, steps: 3, batchSize: 32, epochs: 3 / 312 },
    kernel: expect.stringMatching(/^lstmSequence x 2 on cpu, WebAssembly, \d+ threads?, /),
    loss: [{ step: 3, value: expect.any(Number) }],
    test: { mse: expect.any(Number), examples: 990 },
  });
});

it.each(['two-layer', 'estimator'])(
  '%s goes on from its checkpoint and ends as one that went through',
  async (workload) => {
    const runs = ['--checkpoints', join(folder, `run-${workload}`)];
    const whole = await report(workload, '--steps', '9');
    await report(workload, '--steps', '4', ...runs);
    const resumed = await report(workload, '--steps', '9', ...runs, '--resume');
    expect(resumed).toMatchObject({ steps: 5, test: whole.test });
    expect(resumed.loss.filter(({ step }) => step !== 4)).toEqual(whole.loss);
  },
);

it.each([
  ['one-layer', 'BasicLSTMCell(1), dynamic runner, Adam'],
  ['two-layer', 'BasicLSTMCell(20), BasicLSTMCell(1), dynamic runner, Adam'],
  ['two-layer-manual', 'BasicLSTMCell(20), BasicLSTMCell(1), stepped by hand, Adam'],
  ['estimator', 'BasicLSTMCell(30), BasicLSTMCell(30), dynamic runner, dense 1, Estimator, Adagrad'],
])('%s runs by its name, says what it is and draws its curve', async (workload, network) => {
  const file = join(folder, `${workload}.svg`);
  const { status, stdout, stderr } = await runProgram(main, [workload, '--steps', '2', '--plot', file]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.split('\n')[0]).toBe(`${workload}: ${network}`);
  expect(stdout).toMatch(/\ntest mean squared error +\d\.\d+e[+-]\d+ on (1,090|990) windows\n/);
  expect(readFileSync(file, 'utf8')).toContain(`${workload}: the next value of a sine`);
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
    /'estimate' is invalid for argument 'workload'\. Allowed choices are one-layer, two-layer, two-layer-manual, estimator\./,
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
  [
    'a fused kernel for cells that the program calls itself',
    ['two-layer-manual', '--kernel', 'fused'],
    /^--kernel: expected auto or reference, since the program calls its cells itself, got fused$/m,
  ],
  ['too many units', ['--hidden', '1000000000'], /argument '1000000000' is invalid\. It must be at most 16,384\./],
  ['a flag of the other app', ['--data', '.'], /unknown option '--data'/],
])('%s gets a sentence and exit status 2', async (_, words, sentence) => {
  const { status, stderr } = await runProgram(main, words);
  expect(status).toBe(2);
  expect(stderr).toMatch(sentence);
});
