import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { useBackend } from '@rnn/backends';
import { BasicLSTMCell } from '@rnn/cells';
import { sequenceRegressor } from '@rnn/trainers';
import { writeWeights } from '@rnn/trainers/checkpoints';
import { runProgram, type TrainingReport } from 'app-common';
import { unwrapped } from 'app-common/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sine-'));
/** A place in it. */
const scratch = (name: string): string => join(folder, name);
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
  const file = join(folder, `${workload}.svg`);
  const { status, stdout, stderr } = await runProgram(main, [workload, '--steps', '2', '--plot', file]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(unwrapped(stdout).split('\n')[0]).toBe(`${workload}: ${network}`);
  for (const line of stdout.split('\n')) if (!line.includes(file)) expect(line.length).toBeLessThanOrEqual(80);
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

describe('with a saved model', () => {
  const saved = scratch('saved');
  let trained: TrainingReport;
  beforeAll(async () => {
    trained = await report(
      'two-layer',
      '--epochs',
      '3',
      '--hidden',
      '6',
      '--learning-rate',
      '0.01',
      '--checkpoints',
      saved,
    );
  });

  it('evaluate measures and draws what train did', async () => {
    const json = scratch('evaluated.json');
    const words = ['--model', saved, '--json', json, '--pictures', scratch('evaluated')];
    const { status, stdout } = await runProgram(main, ['evaluate', ...words]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^two-layer +BasicLSTMCell\(6\), BasicLSTMCell\(1\), dynamic runner\n/);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      workload: 'two-layer',
      model: saved,
      test: trained.test,
    });
    expect(readdirSync(scratch('evaluated'))).toEqual(['curve.svg']);
  });

  it('export writes the weights under the names of TensorFlow 1, and they predict the same', async () => {
    const file = scratch('weights.safetensors');
    const { status, stdout } = await runProgram(main, ['export', file, '--model', saved]);
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        'rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel [7, 24]',
        'rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias [24]',
        'rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel [7, 4]',
        'rnn/multi_rnn_cell/cell_1/basic_lstm_cell/bias [4]',
        `written to ${file}\n`,
      ].join('\n'),
    );
    const predict = async (model: string) =>
      (await runProgram(main, ['predict', '--model', model, '0.5', '-2'])).stdout;
    const predicted = await predict(file);
    expect(predicted).toBe(await predict(saved));
    const [head, first, second] = predicted.split('\n').map((line) => line.split(/ {2,}/));
    expect(head).toEqual(['x (radians)', 'sin x', 'predicted', 'difference']);
    for (const [row, x] of [
      [first, 0.5],
      [second, -2],
    ] as const) {
      const [at, sine, value, difference] = (row ?? []).map(Number) as [number, number, number, number];
      expect(at).toBe(x);
      expect(sine).toBeCloseTo(Math.sin(x), 4);
      expect(difference).toBeCloseTo(value - sine, 3);
      expect(Math.abs(difference)).toBeLessThan(0.4);
    }
  });

  it('forecast goes on from the last window by its own predictions, and says how far it is off', async () => {
    const [json, pictures] = [scratch('forecast.json'), scratch('forecast')];
    const words = ['--model', saved, '--json', json, '--pictures', pictures];
    const { status, stdout, stderr } = await runProgram(main, ['forecast', ...words]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const facts = JSON.parse(readFileSync(json, 'utf8'));
    expect(facts).toMatchObject({ workload: 'two-layer', steps: 1000, begin: 110, step: 10 / 1099 });
    expect(facts.predicted).toHaveLength(1000);
    const window = Array.from({ length: 10 }, (_, i) => expect.closeTo(Math.sin(110 - ((10 - i) * 10) / 1099), 6));
    expect(facts.window).toEqual(window);
    // The first is what predict says of the same angle.
    const { stdout: at110 } = await runProgram(main, ['predict', '--model', saved, '110']);
    expect(Number(at110.split('\n')[1]?.split(/ +/)[2])).toBeCloseTo(facts.predicted[0], 4);
    const off = facts.predicted.map((value: number, i: number) => (value - Math.sin(110 + (i * 10) / 1099)) ** 2);
    for (const { steps, rms } of facts.errors) {
      const sum = off.slice(0, steps).reduce((total: number, square: number) => total + square, 0);
      expect(rms).toBeCloseTo(Math.sqrt(sum / steps), 9);
      expect(stdout).toMatch(new RegExp(`\n${steps.toLocaleString('en')} +\\d+\\.\\d{3} .* ${rms.toFixed(4)}\n`));
    }
    expect(facts.errors.map(({ steps }: { steps: number }) => steps)).toEqual([1, 10, 100, 1000]);
    expect(readFileSync(join(pictures, 'forecast.svg'), 'utf8')).toContain('forecast from here on');
    for (const line of stdout.split('\n').slice(4)) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each([
    [
      'a workload besides',
      ['forecast', 'two-layer', '--model', saved],
      /^forecast: expected a workload or --model, got both$/m,
    ],
    [
      'epochs besides',
      ['forecast', '--epochs', '1', '--model', saved],
      /'--model <path>' cannot be used with option '--epochs/,
    ],
    ['none', ['evaluate'], /required option '--model <path>' not specified/],
    [
      'one that is not there',
      ['evaluate', '--model', '/no/such/model'],
      /^readWeights: expected weights, a checkpoint or a folder of checkpoints, got \/no\/such\/model \(ENOENT\)\. /,
    ],
    [
      'an export of another ending',
      ['export', scratch('weights.bin'), '--model', saved],
      /^export: expected a file ending in \.safetensors, got .*weights\.bin$/m,
    ],
    [
      'an angle that is none',
      ['predict', '--model', saved, 'pi'],
      /'pi' is invalid for argument 'x'\. It must be a number\./,
    ],
  ])('%s gets a sentence and exit status 2', async (_, words, sentence) => {
    const { status, stdout, stderr } = await runProgram(main, words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
  });

  it('a model of another app, and a damaged one, get a sentence', async () => {
    const [newest] = readdirSync(saved).sort().slice(-1) as [string];
    const bytes = readFileSync(join(saved, newest));
    const [foreign, damaged] = [scratch('foreign.safetensors'), scratch('damaged.safetensors')];
    const model = sequenceRegressor({ cell: new BasicLSTMCell(2) });
    await useBackend('cpu');
    model.build([28, 28], { seed: 1 });
    await writeWeights(foreign, model, { workload: 'rows-static-lstm', units: [2] });
    model.dispose();
    const other = await runProgram(main, ['evaluate', '--model', foreign]);
    expect(other.status).toBe(2);
    expect(other.stderr).toBe(
      `--model: expected a model of one-layer, two-layer, two-layer-manual, estimator, got ${foreign}, of rows-static-lstm\n`,
    );
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] as number) ^ 1;
    writeFileSync(damaged, bytes);
    const broken = await runProgram(main, ['evaluate', '--model', damaged]);
    expect(broken.status).toBe(2);
    expect(broken.stderr).toMatch(/^readWeights: expected \S+ to hold weights, .* its checksum differs\. .*\n$/);
  });
});

it('forecast trains a workload first where no model is given', async () => {
  const { status, stdout } = await runProgram(main, ['forecast', 'one-layer', '--epochs', '1', '--steps', '20']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^one-layer: BasicLSTMCell\(1\), dynamic runner, Adam\n/);
  expect(stdout).toMatch(/\n10 +110\.082 .*\n20 +110\.173 .*\n$/);
});

describe('compare', () => {
  it('trains each in a process of its own, and has a table, pictures and a page', async () => {
    const [json, pictures, page] = ['compared.json', 'compared', 'compared.html'].map(scratch) as [
      string,
      string,
      string,
    ];
    const words = ['two-layer', 'estimator', '--steps', '3', '--hidden', '4', '--pictures', pictures, '--report', page];
    const { status, stdout, stderr } = await runProgram(main, ['compare', ...words, '--json', json]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /\nworkload +test MSE +steps +s +ms\/step +MiB\ntwo-layer +\d\.\d\de.* 3 .*\nestimator +\d.* 3 .*\n/,
    );
    const { reports, failed } = JSON.parse(readFileSync(json, 'utf8'));
    expect(reports).toMatchObject([
      { workload: 'two-layer', steps: 3 },
      { workload: 'estimator', steps: 3 },
    ]);
    expect(failed).toEqual([]);
    const alone = await report('two-layer', '--steps', '3', '--hidden', '4');
    expect(reports[0].test).toEqual(alone.test);
    expect(readdirSync(pictures).sort()).toEqual(['error.svg', 'loss.svg']);
    expect(readFileSync(page, 'utf8')).toContain('<th scope="row">estimator</th>');
  });

  it('one that fails does not keep the others from running, and the exit status is 1', async () => {
    const words = ['compare', 'two-layer-manual', 'one-layer', '--kernel', 'fused', '--steps', '1'];
    const { status, stdout, stderr } = await runProgram(main, words);
    expect(status).toBe(1);
    expect(stdout).toMatch(/\none-layer +\d.*\ntwo-layer-manual +failed\n/);
    expect(stderr).toMatch(
      /^--kernel: expected auto or reference, .*\nNot trained: two-layer-manual \(exit status 2\)\n$/,
    );
  });
});

it('in CI, without colours and in a pipe there are no escape codes, and 80 columns hold the help', async () => {
  for (const env of [{ CI: 'true' }, { NO_COLOR: '1' }, {}]) {
    const { stdout, stderr } = await runProgram(main, ['one-layer', '--steps', '2'], env);
    expect(stdout + stderr).not.toContain('\u001b');
  }
  const { stdout } = await runProgram(main, ['--help']);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

it.each([
  [
    'an unknown workload',
    ['estimate'],
    /'estimate' is invalid for argument 'workload'\. Allowed choices are one-layer, two-layer, two-layer-manual, estimator\./,
  ],
  [
    'a plot in no folder',
    ['--plot', '/proc/such/folder/a.svg'],
    /^--plot: expected a folder that can be written to, got \/proc\/such\/folder \(E\w+\)/,
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
