import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProgramRun, runProgram, type TrainingReport } from 'app-common';
import { hasTerminal, runOnTerminal, smallMnist, unwrapped } from 'app-common/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workloads } from './workloads';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let data: string;
beforeAll(() => {
  data = smallMnist();
});
afterAll(() => rmSync(data, { recursive: true }));

/** The app on the small set. */
const mnist = (...words: string[]): Promise<ProgramRun> => runProgram(main, ['--data', data, ...words]);

async function report(...words: string[]): Promise<TrainingReport> {
  const file = join(data, `report-${Math.random()}.json`);
  const { status, stdout, stderr } = await mnist('--quiet', '--json', file, ...words);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  return JSON.parse(readFileSync(file, 'utf8')) as TrainingReport;
}

describe('help', () => {
  it.each([[['--help']], [['--', '--help']]])(
    '%j names every workload and flag, and ends with status 0',
    async (words) => {
      const { status, stdout } = await runProgram(main, words);
      expect(status).toBe(0);
      for (const name of Object.keys(workloads)) expect(stdout).toContain(`  ${name} `);
      for (const flag of [
        'steps',
        'epochs',
        'batch-size',
        'learning-rate',
        'hidden',
        'backend',
        'kernel',
        'seed',
        'data',
        'head',
        'json',
        'checkpoints',
        'checkpoint-every',
        'resume',
        'quiet',
        'help',
      ]) {
        expect(stdout).toContain(`--${flag} `);
      }
    },
  );
});

describe('a run', () => {
  it('in a pipe prints a line for each report, then the result, without escape codes', async () => {
    const { status, stdout, stderr } = await mnist('--steps', '20', '--batch-size', '32');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^rows-static-lstm: BasicLSTMCell\(128\), static runner, Adam\nrun {6}20 steps, batches of 32, /,
    );
    expect(stdout).toMatch(/\nstep 10\/20 {2}loss \d.*\nstep 20\/20 {2}loss \d/);
    expect(stdout).toMatch(/\ntest accuracy +\d+\.\d\d % on 200 images\nfirst 128 test images +\d+\.\d\d %\n/);
    expect(stdout).not.toContain('\u001b');
    // A path is a word, which may be wider.
    for (const line of stdout.split('\n')) if (!line.includes(data)) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('says the values of the flags, and none that they changed', async () => {
    const words = [
      '--',
      '--hidden',
      '8',
      '--steps',
      '2',
      '--batch-size',
      '16',
      '--learning-rate',
      '0.5',
      '--seed',
      '3',
    ];
    const { status, stdout } = await mnist('multi-static-mix', ...words);
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'multi-static-mix: LSTMCell(8), GRUCell(8), static runner, Adam',
      'run      2 steps, batches of 16, learning rate 0.5, units 8, 8, seed 3',
    ]);
  });

  it('both ways, says the head, that of the program or that of the flag, which gives other losses', async () => {
    const run = async (...words: string[]) =>
      (await mnist('bi-static-lstm', '--hidden', '8', '--steps', '2', '--batch-size', '16', ...words)).stdout;
    const [last, ends] = [await run(), await run('--head', 'ends')];
    expect(last).toMatch(/^bi-static-lstm: BasicLSTMCell\(8\) each way, static runner, head last, Adam\n/);
    expect(ends).toMatch(/^bi-static-lstm: BasicLSTMCell\(8\) each way, static runner, head ends, Adam\n/);
    expect(last).toMatch(/\nkernel {3}recurrent layers: lstmSequence x 2, own WebAssembly, /);
    const loss = (stdout: string) => /step 2\/2 {2}loss (\S+)/.exec(stdout)?.[1];
    expect(loss(last)).toMatch(/^\d/);
    expect(loss(ends)).not.toBe(loss(last));
    expect(await run('--head', 'last')).toContain(`loss ${loss(last)} `);
  });

  it('one layer both ways gives the same losses to rounding by both runners', async () => {
    const run = (workload: string) => report(workload, '--steps', '3', '--batch-size', '16', '--hidden', '8');
    const [listed, dynamic] = [await run('bi-static-lstm'), await run('bi-dynamic-lstm')];
    expect(dynamic.loss[0]?.value).toBeCloseTo(listed.loss[0]?.value as number, 5);
  });

  it('says how many sequences three layers both ways are', async () => {
    const { kernel } = await report('bi-dynamic-lstm-3', '--steps', '1', '--batch-size', '8', '--hidden', '4');
    expect(kernel).toMatch(/^lstmSequence x 6 on \w+, WebAssembly, /);
  });

  it('tests drawn images at each report where the program did', async () => {
    const { stdout } = await mnist('rows-dynamic-lstm-100', '--steps', '1', '--hidden', '4', '--batch-size', '8');
    expect(stdout).toMatch(/\nstep 1: accuracy [01]\.\d{4} on 200 drawn test images\n/);
  });

  it('learns a row that tells the label', async () => {
    const { test, first128Accuracy } = await report(
      'single-dynamic-gru',
      '--epochs',
      '25',
      '--batch-size',
      '32',
      '--learning-rate',
      '2e-2',
      '--hidden',
      '32',
    );
    expect(test).toMatchObject({ accuracy: 1, examples: 200 });
    expect(first128Accuracy).toBe(1);
  });

  it('writes one JSON object with the facts of the design', async () => {
    const facts = await report(
      '--steps',
      '3',
      '--batch-size',
      '16',
      '--backend',
      'cpu',
      '--seed',
      '5',
      '--hidden',
      '8',
    );
    expect(Object.keys(facts)).toEqual([
      ...['workload', 'backend', 'device', 'kernel', 'seed', 'steps', 'epochs', 'batchSize', 'seconds', 'msPerStep'],
      ...['sequencesPerSecond', 'loss', 'validation', 'test', 'first128Accuracy', 'peakRssBytes', 'versions'],
    ]);
    expect(facts).toMatchObject({
      ...{ workload: 'rows-static-lstm', backend: 'cpu', seed: 5, steps: 3, batchSize: 16, epochs: 3 / 16 },
      kernel: expect.stringMatching(/^lstmSequence on cpu, WebAssembly, \d+ threads?, /),
      loss: [{ step: 3, value: expect.any(Number) }],
      validation: { accuracy: expect.any(Number), examples: 5000 },
      test: { accuracy: expect.any(Number), examples: 200 },
      versions: { node: process.versions.node },
    });
    expect(facts.msPerStep.min).toBeLessThanOrEqual(facts.msPerStep.median);
    expect(facts.sequencesPerSecond).toBeCloseTo((3 * 16) / facts.seconds, 6);
    expect(facts.peakRssBytes).toBeGreaterThan(2 ** 25);
  });

  it('runs on the kernel that is asked for, with the same losses to rounding', async () => {
    const run = (kernel: string) => report('--steps', '10', '--batch-size', '16', '--hidden', '8', '--kernel', kernel);
    const [fused, reference] = [await run('fused'), await run('reference')];
    expect(fused.kernel).toMatch(/^lstmSequence on \w+, WebAssembly, /);
    expect(reference.kernel).toMatch(/^lstmSequence on \w+, stock operations: kernel: 'reference' was asked for$/);
    expect(fused.loss[0]?.value).toBeCloseTo(reference.loss[0]?.value as number, 4);
  });

  it('gives the same losses to the bit with one seed, and others with another', async () => {
    const losses = async (seed: string) =>
      (await report('--steps', '20', '--batch-size', '16', '--hidden', '8', '--seed', seed)).loss;
    const first = await losses('7');
    expect(first.map(({ step }) => step)).toEqual([10, 20]);
    expect(await losses('7')).toEqual(first);
    expect(await losses('8')).not.toEqual(first);
  });

  it.each(Object.keys(workloads))('%s runs by its name', async (name) => {
    const { workload, test } = await report(name, '--steps', '1', '--batch-size', '8', '--hidden', '4');
    expect({ workload, examples: test.examples }).toEqual({ workload: name, examples: 200 });
  });
});

describe.skipIf(!hasTerminal)('on a terminal', () => {
  // It has a line of its own for each report too, which the bar makes room for.
  const run = (env: NodeJS.ProcessEnv) => {
    const words = ['rows-dynamic-lstm-100', '--steps', '501', '--hidden', '8', '--batch-size', '8'];
    return runOnTerminal(main, ['--data', data, ...words], env);
  };
  const tested = /^step 500: accuracy [01]\.\d{4} on 200 drawn test images$/;
  const reportLine = /^step 500\/501 {2}loss /;

  it.each([{}, { NO_COLOR: '1' }, { FORCE_COLOR: '1' }])(
    'with %j the bar is drawn, without colours, and 80 columns hold it and all else',
    async (env) => {
      const { status, lines, codes } = await run(env);
      expect(status).toBe(0);
      expect(lines).toContainEqual(expect.stringMatching(/^░+ {3}0\/501$/));
      expect(lines).toContainEqual(expect.stringMatching(/^█+ 501\/501 \| loss \d\.\d+ \| accuracy [01]\.\d+ \| /));
      expect(lines).toContainEqual(expect.stringMatching(tested));
      expect(lines).not.toContainEqual(expect.stringMatching(reportLine));
      for (const line of lines) if (!line.includes(data)) expect(line.length).toBeLessThanOrEqual(80);
      expect(codes.filter((code) => code.endsWith('m'))).toEqual([]);
    },
  );

  it('in CI there is a line for each report, no bar and no escape code', async () => {
    const { status, lines, codes } = await run({ CI: 'true' });
    expect(status).toBe(0);
    for (const line of [reportLine, tested]) expect(lines).toContainEqual(expect.stringMatching(line));
    expect(lines.join('')).not.toMatch(/[░█]/);
    expect(codes).toEqual([]);
  });
});

describe('a run that is saved', () => {
  const small = ['--batch-size', '16', '--hidden', '8'];
  const folder = (): string => mkdtempSync(join(data, 'run-'));

  it('goes on where it was, with the losses from before, and ends as one that went through', async () => {
    const runs = folder();
    const saving = [...small, '--checkpoints', runs, '--checkpoint-every', '3'];
    const whole = await report(...small, '--steps', '20');
    const first = await mnist(...saving, '--steps', '10');
    expect(unwrapped(first.stdout)).toContain(`\nsaves    every 3 steps to ${runs}\n`);
    expect(readdirSync(runs).sort()).toEqual([6, 9, 10].map((step) => `checkpoint-${step}.safetensors`).sort());
    const second = await report(...saving, '--steps', '20', '--resume');
    expect(second).toMatchObject({
      ...{ steps: 10, loss: whole.loss, test: whole.test, validation: whole.validation },
    });
    const done = await mnist(...saving, '--steps', '20', '--resume');
    expect(done).toMatchObject({ status: 0, stderr: '' });
    expect(done.stdout).toContain('\nresumes  from step 20\n');
    expect(done.stdout).toMatch(/\ntraining +none: the run that was resumed had made all steps\nmemory /);
  });

  it('is begun where there is nothing to go on from', async () => {
    const runs = join(folder(), 'new');
    const { status, stdout } = await mnist(...small, '--steps', '2', '--checkpoints', runs, '--resume');
    expect(status).toBe(0);
    expect(unwrapped(stdout)).toContain(`\nresumes  from the beginning: no checkpoint in ${runs}\n`);
    expect(readdirSync(runs)).toEqual(['checkpoint-2.safetensors']);
  });

  it('names a damaged checkpoint and takes the one before it', async () => {
    const runs = folder();
    const saving = [...small, '--checkpoints', runs, '--checkpoint-every', '2'];
    await mnist(...saving, '--steps', '4');
    const file = join(runs, 'checkpoint-4.safetensors');
    truncateSync(file, 5000);
    const { status, stdout, stderr } = await mnist(...saving, '--steps', '5', '--resume');
    expect(status).toBe(0);
    expect(stdout).toContain('\nresumes  from step 2\n');
    expect(stderr).toMatch(
      /^Checkpoints: expected \S+checkpoint-4\.safetensors to be whole, got a file .*\. It is left out\.\n$/,
    );
  });

  it('keeps what is there when it is called with what does not fit, and ends with status 2 and a sentence', async () => {
    const runs = folder();
    const saving = [...small, '--checkpoints', runs];
    await mnist(...saving, '--steps', '2');
    const newest = join(runs, 'checkpoint-2.safetensors');
    const before = readFileSync(newest);
    const notFolder = join(data, 'train-labels-idx1-ubyte');
    for (const [words, sentence] of [
      [
        [...saving, '--resume', '--hidden', '9'],
        `${newest}: expected a run with units [9], got units [8]. Ask for the same, or name another folder.\n`,
      ],
      [
        ['single-static-gru', ...saving, '--resume'],
        `${newest}: expected a run with workload "single-static-gru", learningRate 0.0001, got workload "rows-static-lstm", learningRate 0.001. Ask for the same, or name another folder.\n`,
      ],
      [
        [...saving, '--steps', '4'],
        `--checkpoints: expected no run yet in ${runs}, got one at step 2. --resume goes on with it. Or name another folder.\n`,
      ],
      [
        [...small, '--checkpoints', notFolder],
        `--checkpoints: expected a folder that can be written to, got ${notFolder} (EEXIST)\n`,
      ],
      [[...small, '--resume'], '--resume: expected a folder with --checkpoints, got none\n'],
      [[...small, '--checkpoint-every', '5'], '--checkpoint-every: expected a folder with --checkpoints, got none\n'],
    ] as const) {
      const { status, stdout, stderr } = await mnist('--quiet', ...words);
      expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: sentence });
    }
    expect(readdirSync(runs)).toEqual(['checkpoint-2.safetensors']);
    expect(readFileSync(newest)).toEqual(before);
  });
});

describe('bad input gets a sentence and exit status 2', () => {
  it.each([
    [
      'an unknown workload',
      ['rows'],
      /'rows' is invalid for argument 'workload'\. Allowed choices are rows-static-lstm, /,
    ],
    [
      'an unknown backend',
      ['--backend', 'gpu'],
      /option '--backend <name>' argument 'gpu' is invalid\. Allowed choices are auto, /,
    ],
    [
      'an unknown kernel',
      ['--kernel', 'fast'],
      /argument 'fast' is invalid\. Allowed choices are auto, fused, reference\./,
    ],
    [
      'a head of a network with one direction',
      ['single-static-gru', '--head', 'last'],
      /^--head: expected a bidirectional workload, got single-static-gru\. Those whose names begin with bi- are\.\n$/,
    ],
    ['an unknown head', ['--head', 'first'], /argument 'first' is invalid\. Allowed choices are last, ends\./],
    ['an unknown flag', ['--step', '3'], /unknown option '--step'/],
    ['no steps', ['--steps', '0'], /option '--steps <n>' argument '0' is invalid\. It must be at least 1\./],
    ['part of a step', ['--steps', '1.5'], /argument '1\.5' is invalid\. It must be an integer\./],
    ['a negative rate', ['--learning-rate', '-1'], /argument '-1' is invalid\. It must be a number above 0\./],
    [
      'steps and epochs',
      ['--steps', '1', '--epochs', '1'],
      /option '--(steps <n>|epochs <n>)' cannot be used with option/,
    ],
    [
      'a batch beyond the set',
      ['--batch-size', '257'],
      /^fit: expected batchSize to be at most 256, the number of examples, got 257\. /,
    ],
    [
      'a batch beyond all memory',
      ['--batch-size', '1000000000'],
      /^fit: expected batchSize to be at most 256, the number of examples, got 1000000000\. /,
    ],
    [
      'a batch beyond all counts',
      ['--batch-size', '2147483648'],
      /argument '2147483648' is invalid\. It must be at most 2,147,483,647\./,
    ],
    ['too many units', ['--hidden', '1000000000'], /argument '1000000000' is invalid\. It must be at most 16,384\./],
    ['too many epochs', ['--epochs', '99999999999'], /'99999999999' is invalid\. It must be at most 2,147,483,647\./],
    ['too many steps', ['--steps', '9007199254740991'], /is invalid\. It must be at most 2,147,483,647\./],
    [
      'a report where no folder can be made',
      ['--json', '/proc/no/such/report.json'],
      /^--json: expected a folder that can be written to, got \/proc\/no\/such \(ENOENT\)\n$/,
    ],
  ])('%s', async (_, words, sentence) => {
    const { status, stdout, stderr } = await mnist('--quiet', ...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    // Commander adds a line of its own where it knows a flag of nearly that name.
    expect(stderr.trim().split('\n(Did')[0]).not.toContain('\n');
  });

  it('a folder that is not there', async () => {
    const { status, stderr } = await runProgram(main, ['--data', join(data, 'nothing')]);
    expect(status).toBe(2);
    expect(stderr).toContain(join(data, 'nothing'));
  });

  it('labels in place of the images, and as many labels as there are not images', async () => {
    const broken = smallMnist();
    const [images, labels] = [join(broken, 'train-images-idx3-ubyte'), join(broken, 'train-labels-idx1-ubyte')];
    copyFileSync(join(broken, 't10k-labels-idx1-ubyte'), labels);
    const counts = await runProgram(main, ['--data', broken]);
    expect(counts).toMatchObject({ status: 2, stdout: '' });
    expect(counts.stderr).toBe(
      `${labels}: expected as many labels as ${images} has images (5256), got 200. Do both files belong to the same set?\n`,
    );
    copyFileSync(labels, images);
    const magic = await runProgram(main, ['--data', broken]);
    expect(magic).toMatchObject({ status: 2, stdout: '' });
    expect(magic.stderr).toMatch(/^\S+train-images-idx3-ubyte: expected magic 0x00000803 .*, got 0x00000801 .*\n$/);
    rmSync(broken, { recursive: true });
  });

  it('a truncated file, and a report of an earlier run stays as it was', async () => {
    const broken = smallMnist();
    truncateSync(join(broken, 'train-images-idx3-ubyte'), 1000);
    const earlier = join(broken, 'report.json');
    writeFileSync(earlier, '{"earlier": true}');
    const { status, stderr } = await runProgram(main, ['--data', broken, '--json', earlier]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/train-images-idx3-ubyte: expected .* bytes.*, got /);
    expect(readFileSync(earlier, 'utf8')).toBe('{"earlier": true}');
    rmSync(broken, { recursive: true });
    expect(existsSync(broken)).toBe(false);
  });
});
