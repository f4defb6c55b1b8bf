import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { runProgram } from 'app-common';
import { hasTerminal, runOnTerminal, unwrapped } from 'app-common/testing';
import { describe, expect, it } from 'vitest';
import { main, report, scratch } from './sine-program.fixture';

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

it('two layers are clearly closer than one after as many epochs', async () => {
  const mse = async (workload: string) => ((await report(workload, '--epochs', '6')).test as { mse: number }).mse;
  expect(await mse('two-layer')).toBeLessThan((await mse('one-layer')) / 5);
});

it('estimator ends below 1e-4 after its 3,000 steps', async () => {
  const { steps, test } = await report('estimator');
  expect(steps).toBe(3000);
  expect((test as { mse: number }).mse).toBeLessThan(1e-4);
}, 300_000);

it('estimator as published is another run', async () => {
  const [own, published] = [
    await report('estimator', '--steps', '9'),
    await report('--as-published', 'estimator', '--steps', '9'),
  ];
  expect(own.loss).not.toEqual(published.loss);
  const { stdout } = await runProgram(main, ['estimator', '--as-published', '--steps', '1']);
  expect(unwrapped(stdout)).toMatch(/^estimator: .*, Estimator, Adagrad\n/);
});

it.each(['two-layer', 'estimator'])(
  '%s goes on from its checkpoint and ends as one that went through',
  async (workload) => {
    const folder = scratch(`run-${workload}`);
    const run = [workload, '--steps', '9', '--checkpoints', folder, '--checkpoint-every', '4'];
    const whole = await report(...run);
    for (const step of [8, 9]) rmSync(join(folder, `checkpoint-${step}.safetensors`));
    const resumed = await report(...run, '--resume');
    expect(resumed).toMatchObject({ steps: 5, test: whole.test });
    expect(resumed.loss).toEqual(whole.loss);
  },
);

it('estimator, whose rate falls with its steps, does not go on with other ones, or as published', async () => {
  const folder = scratch('other-steps');
  await report('estimator', '--steps', '2', '--checkpoints', folder);
  const longer = await runProgram(main, ['estimator', '--steps', '3', '--checkpoints', folder, '--resume']);
  expect(longer).toMatchObject({ status: 2, stdout: '' });
  expect(longer.stderr).toMatch(/checkpoint-2\.safetensors: expected a run with steps 3, got steps 2\. /);
  const words = ['estimator', '--as-published', '--steps', '2', '--checkpoints', folder, '--resume'];
  expect((await runProgram(main, words)).stderr).toContain('expected a run with optimizer "Adagrad", ');
});

it.each(['SIGINT', 'SIGTERM'] as const)('%s ends a run cleanly, and it goes on to the same end', async (signal) => {
  const folder = scratch(signal);
  const words = ['estimator', '--steps', '700', '--hidden', '4', '--checkpoints', folder];
  const child = spawn(process.execPath, [main, ...words]);
  child.stdout.on('data', (lines) => `${lines}`.includes('step 100/') && child.kill(signal));
  const [stderr, status] = await Promise.all([text(child.stderr), once(child, 'exit').then(([code]) => code)]);
  expect(status).toBe(signal === 'SIGINT' ? 130 : 143);
  expect(stderr).toMatch(
    new RegExp(`^Stopped by ${signal} after \\d+ steps\\. It goes on with: pnpm sine estimator .* --resume\\n$`),
  );
  const resumed = await report(...words, '--resume');
  expect(resumed.steps).toBeLessThan(700);
  const whole = await report('estimator', '--steps', '700', '--hidden', '4');
  expect(resumed).toMatchObject({ test: whole.test, loss: whole.loss });
});

it('a forecast that is stopped while it trains says what would save the network', async () => {
  const child = spawn(process.execPath, [main, 'forecast', 'two-layer', '--epochs', '1000']);
  child.stdout.on('data', (lines) => `${lines}`.includes('step 100/') && child.kill('SIGINT'));
  const [stderr, status] = await Promise.all([text(child.stderr), once(child, 'exit').then(([code]) => code)]);
  expect(status).toBe(130);
  expect(stderr).toMatch(
    /^Stopped by SIGINT after \d+ steps\. Nothing of it is saved: pnpm sine train two-layer --checkpoints runs\/sine saves a network that forecast --model runs\/sine takes\.\n$/,
  );
  const flags = (command: string) => runProgram(main, [command, '--help']).then(({ stdout }) => stdout);
  expect(await flags('forecast')).not.toContain('--checkpoints');
  for (const flag of ['--checkpoints', '--model'])
    expect(await flags(flag === '--model' ? 'forecast' : 'train')).toContain(`${flag} `);
});

it.each([
  ['one-layer', 'BasicLSTMCell(1), dynamic runner, Adam'],
  ['two-layer', 'BasicLSTMCell(20), BasicLSTMCell(1), dynamic runner, Adam'],
  ['two-layer-manual', 'BasicLSTMCell(20), BasicLSTMCell(1), stepped by hand, Adam'],
  [
    'estimator',
    'BasicLSTMCell(30), BasicLSTMCell(30), dynamic runner, dense 1, Estimator, Adagrad from 1e-4, rate falling in the last 30 %',
  ],
])('%s runs by its name, says what it is and draws its curve', async (workload, network) => {
  const file = scratch(`${workload}.svg`);
  const { status, stdout, stderr } = await runProgram(main, [workload, '--steps', '2', '--plot', file]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(unwrapped(stdout).split('\n')[0]).toBe(`${workload}: ${network}`);
  for (const line of stdout.split('\n')) if (!line.includes(file)) expect(line.length).toBeLessThanOrEqual(80);
  expect(stdout).toMatch(/\ntest mean squared error +\d\.\d+e[+-]\d+ on (1,090|990) windows\n/);
  expect(readFileSync(file, 'utf8')).toContain(`${workload}: the next value of a sine`);
});

it('draws the predicted curve over the true one, with title, axes and legend', async () => {
  const file = scratch('curve.svg');
  const { status, stdout, stderr } = await runProgram(main, ['--steps', '2', '--plot', file]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(`drawn in ${file}`);
  const svg = readFileSync(file, 'utf8');
  for (const text of ['two-layer: the next value of a sine', 'x (radians)', 'value', 'sin x', 'predicted'])
    expect(svg).toContain(text);
});

it('draws a PNG where the file ends in .png', async () => {
  const file = scratch('curve.png');
  await runProgram(main, ['--steps', '1', '--plot', file]);
  expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
});

it('draws and writes what it is asked for: pictures, a page, logs', async () => {
  const pictures = scratch('pictures');
  const [page, csv, jsonl, board] = ['page.html', 'log.csv', 'log.jsonl', 'board'].map(scratch) as [
    string,
    string,
    string,
    string,
  ];
  const words = ['estimator', '--steps', '110', '--pictures', pictures, '--picture-format', 'png', '--report', page];
  const { status, stdout } = await runProgram(main, [...words, '--csv', csv, '--jsonl', jsonl, '--tensorboard', board]);
  expect(status).toBe(0);
  expect(unwrapped(stdout)).toContain(`drawn in ${pictures}: curve.png, loss.png`);
  for (const name of readdirSync(pictures))
    expect(readFileSync(join(pictures, name)).subarray(1, 4).toString()).toBe('PNG');
  const html = readFileSync(page, 'utf8');
  for (const part of ['pnpm sine estimator --steps 110', 'test mean squared error', 'sin x', 'loss while training'])
    expect(html).toContain(part);
  expect(html).toMatch(/<dt>kernel<\/dt><dd>recurrent layers: lstmSequence x 2, own WebAssembly, \d+ threads?, /);
  expect(readFileSync(csv, 'utf8').split('\n')[0]).toBe('step,epoch,seconds,learningRate,loss');
  const rows = readFileSync(jsonl, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: number; learningRate: number });
  expect(rows.map(({ step }) => step)).toEqual([100, 110]);
  // Each is the rate of the update to come, of the last 33 a falling one.
  expect(rows.map(({ learningRate }) => learningRate)).toEqual([expect.closeTo((0.1 * 10) / 33, 9), 0]);
  expect(readdirSync(board)).toHaveLength(1);
});

it('in a pipe there are no escape codes, and 80 columns hold the help', async () => {
  const { stdout, stderr } = await runProgram(main, ['one-layer', '--steps', '2'], { CI: undefined });
  expect(stdout + stderr).not.toContain('\u001b');
  const help = await runProgram(main, ['--help']);
  for (const line of help.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

describe.skipIf(!hasTerminal)('on a terminal', () => {
  const words = ['one-layer', '--steps', '300'];
  const reportLine = /^step 300\/300 {2}loss /;

  it.each([{}, { NO_COLOR: '1' }, { FORCE_COLOR: '1' }])(
    'with %j the bar is drawn, without colours, and 80 columns hold it and all else',
    async (env) => {
      const { status, lines, codes } = await runOnTerminal(main, words, env);
      expect(status).toBe(0);
      expect(lines).toContainEqual(expect.stringMatching(/^░+ {3}0\/300$/));
      expect(lines).toContainEqual(expect.stringMatching(/^█+ 300\/300 \| loss \d\.\d+ \| .* steps\/s \| 0s left$/));
      expect(lines).not.toContainEqual(expect.stringMatching(reportLine));
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
      expect(codes.filter((code) => code.endsWith('m'))).toEqual([]);
    },
  );

  it('in CI there is a line for each report, no bar and no escape code', async () => {
    const { status, lines, codes } = await runOnTerminal(main, words, { CI: 'true' });
    expect(status).toBe(0);
    expect(lines).toContainEqual(expect.stringMatching(reportLine));
    expect(lines.join('')).not.toMatch(/[░█]/);
    expect(codes).toEqual([]);
  });
});

it('a rate at which the numbers are lost gets a sentence and exit status 1', async () => {
  const { status, stderr } = await runProgram(main, ['two-layer', '--steps', '300', '--learning-rate', '3e38']);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^fit: expected .* at step \d+, got (NaN|-?Infinity)\. .+\n$/);
});

it.each([
  [
    'an unknown workload',
    ['estimate'],
    /'estimate' is invalid for argument 'workload'\. Allowed choices are one-layer, two-layer, two-layer-manual, estimator\./,
  ],
  [
    'a plot where no folder can be made',
    ['--plot', '/proc/no/such/a.svg'],
    /^--plot: expected a folder that can be written to, got \/proc\/no\/such \(ENOENT\)/,
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
