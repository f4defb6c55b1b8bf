import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProgramRun, runProgram } from 'app-common';
import { smallMnist, unwrapped } from 'app-common/testing';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let data: string;
/** Of a model that was trained a little. */
let saved: string;
const small = ['--hidden', '8', '--batch-size', '32'];
const mnist = (...words: string[]): Promise<ProgramRun> => runProgram(main, words);
const place = (name: string): string => join(data, name);

beforeAll(async () => {
  data = smallMnist();
  saved = place('saved');
  const words = [...small, '--epochs', '12', '--learning-rate', '2e-2', '--checkpoints', saved, '--quiet'];
  expect(await mnist('train', 'single-static-gru', '--data', data, ...words)).toMatchObject({ status: 0, stderr: '' });
});
afterAll(() => rmSync(data, { recursive: true }));

describe('train', () => {
  it('draws, reports and logs what it did', async () => {
    const [folder, page] = [place('drawn'), place('run.html')];
    const logs = ['--csv', place('log.csv'), '--jsonl', place('log.jsonl'), '--tensorboard', place('board')];
    const words = ['--data', data, ...small, '--steps', '20', '--pictures', folder, '--report', page, ...logs];
    const { status, stdout, stderr } = await mnist('bi-static-lstm', ...words);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const names = ['learning-curves.svg', 'confusion-matrix.svg', 'misread-digits.svg', 'hidden-states.svg'];
    expect(unwrapped(stdout).split('\n').slice(-3)).toEqual([
      `drawn in ${folder}: ${names.join(', ')}`,
      `report   ${page}`,
      '',
    ]);
    expect(readdirSync(folder).sort()).toEqual([...names].sort());
    const html = readFileSync(page, 'utf8');
    expect(html.match(/<svg /g)).toHaveLength(4);
    expect(html).toContain(`pnpm mnist bi-static-lstm --data ${data} `);
    expect(html).toMatch(/<dt>kernel<\/dt><dd>recurrent layers: lstmSequence x 2, own WebAssembly, \d+ threads?, /);
    expect(html).toMatch(/<th scope="row">test accuracy<\/th><td>\d+\.\d\d % on 200 images<\/td>/);
    // Ten validations, and the step with a report, which is the last of them.
    const lines = readFileSync(place('log.csv'), 'utf8').trim().split('\n');
    expect(lines[0]).toBe('step,epoch,seconds,learningRate,loss,accuracy,validation/loss,validation/accuracy');
    expect(lines.slice(1).map((line) => Number.parseInt(line, 10))).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
    expect(readFileSync(place('log.jsonl'), 'utf8').trim().split('\n')).toHaveLength(10);
    expect(readdirSync(place('board'))).toEqual([expect.stringMatching(/^events\.out\.tfevents\./)]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('at %s saves, says how to go on and ends with status %i', async (signal, expected) => {
    const runs = mkdtempSync(place('stopped-'));
    const words = ['single-static-gru', '--data', data, ...small, '--steps', '1000000', '--checkpoints', runs];
    const { status, stderr, stdout } = await stoppedRun(words, signal);
    const [, steps] = /^Stopped by SIG\w+ after ([\d,]+) steps?\. /.exec(stderr) ?? [];
    expect(status).toBe(expected);
    expect(stderr).toBe(
      `Stopped by ${signal} after ${steps} step${steps === '1' ? '' : 's'}. It goes on with: pnpm mnist ${words.join(' ')} --csv ${place(`${signal}.csv`)} --resume\n`,
    );
    expect(stdout).not.toContain('test accuracy');
    expect(readdirSync(runs)).toEqual([`checkpoint-${steps?.replaceAll(',', '')}.safetensors`]);
  });

  it('of a run that compare has started says no more than when it stopped, since compare saves nothing', async () => {
    const words = ['single-static-gru', '--data', data, ...small, '--steps', '1000000', '--apart'];
    const { status, stderr } = await stoppedRun(words, 'SIGINT');
    expect(status).toBe(130);
    expect(stderr).toMatch(/^Stopped by SIGINT after [\d,]+ steps?\.\n$/);
  });

  it('makes the folders that it writes to, and leaves the log of an earlier run where the checkpoints refuse', async () => {
    const [runs, csv, json] = [place('made'), place('made/logs/log.csv'), place('made/results/run.json')];
    const words = ['--data', data, ...small, '--quiet', '--checkpoints', runs, '--csv', csv, '--json', json];
    expect(await mnist(...words, '--steps', '3')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(JSON.parse(readFileSync(json, 'utf8')).steps).toBe(3);
    const log = readFileSync(csv, 'utf8');
    expect(log).toMatch(/^step,.*\n(.+\n)+$/);
    const again = await mnist(...words, '--steps', '2');
    expect(again).toMatchObject({ status: 2, stderr: expect.stringContaining('--resume goes on with it') });
    expect(readFileSync(csv, 'utf8')).toBe(log);
  });

  it('refuses before it begins what it could not write in the end', async () => {
    const taken = place('train-labels-idx1-ubyte');
    for (const [flag, value, sentence] of [
      ['--pictures', taken, `--pictures: expected a folder that can be written to, got ${taken} (EEXIST)\n`],
      ['--pictures', '/proc/x', expect.stringMatching(/^--pictures: .*, got \/proc\/x \(E\w+\)\n$/)],
      ['--csv', '/proc/x/log.csv', expect.stringMatching(/^--csv: .*, got \/proc\/x \(E\w+\)\n$/)],
      ['--json', '/proc/run.json', expect.stringMatching(/^--json: .*, got \/proc \(E\w+\)\n$/)],
      ['--report', place('page.txt'), `--report: expected a file ending in .html, got ${place('page.txt')}\n`],
    ] as const) {
      const run = await mnist('--data', data, '--quiet', flag, value);
      expect(run).toEqual({ status: 2, stdout: '', stderr: sentence });
    }
  });

  it('help that is cut short ends without a word', async () => {
    const child = spawn('sh', ['-c', `"${process.execPath}" "${main}" --help | head -n 1`]);
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.on('data', (text) => out.push(`${text}`));
    child.stderr.on('data', (text) => err.push(`${text}`));
    await new Promise((resolve) => child.once('close', resolve));
    expect([out.join(''), err.join('')]).toEqual(['Usage: mnist [options] [command]\n', '']);
  });
});

describe('evaluate', () => {
  it('says how each digit is read, from a folder of checkpoints, without a word of what was trained', async () => {
    const [json, folder] = [place('evaluated.json'), place('evaluated')];
    const words = ['--model', saved, '--data', data, '--json', json, '--pictures', folder, '--picture-format', 'png'];
    // By name, since 'auto' says of each backend that it passed over why, and what is here differs.
    const { status, stdout, stderr } = await mnist('evaluate', '--backend', 'cpu', ...words);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const report = JSON.parse(readFileSync(json, 'utf8'));
    const { accuracy, examples } = report.test;
    expect(examples).toBe(200);
    expect(accuracy).toBeGreaterThan(0.5);
    expect(unwrapped(stdout)).toContain(`model      ${saved}, trained as single-static-gru\n`);
    expect(stdout).toContain(`\naccuracy   ${(100 * accuracy).toFixed(2)} %\n`);
    const counts: number[][] = report.confusion;
    expect(counts.flat().reduce((a, b) => a + b)).toBe(200);
    expect(counts.reduce((sum, row, k) => sum + (row[k] as number), 0)).toBe(Math.round(200 * accuracy));
    for (const line of stdout.split('\n')) if (!line.includes('/')) expect(line.length).toBeLessThanOrEqual(80);
    expect(readdirSync(folder).sort()).toEqual(['confusion-matrix.png', 'misread-digits.png']);
  });

  it('gives what training said of the same weights', async () => {
    const [trained, evaluated, runs] = [place('trained.json'), place('again.json'), place('both')];
    const words = ['--head', 'ends', ...small, '--steps', '5', '--checkpoints', runs, '--json', trained, '--quiet'];
    await mnist('bi-dynamic-lstm-3', '--data', data, ...words);
    await mnist('evaluate', '--data', data, '--model', runs, '--json', evaluated, '--quiet');
    const [before, after] = [trained, evaluated].map((file) => JSON.parse(readFileSync(file, 'utf8')));
    expect(after.test).toEqual(before.test);
    expect(after.first128Accuracy).toBe(before.first128Accuracy);
  });
});

describe('export', () => {
  it('writes weights that are read as the checkpoint is, under their names', async () => {
    const file = place('gru.safetensors');
    const { status, stdout } = await mnist('export', file, '--model', saved);
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        'rnn/gru_cell/gates/kernel [36, 16]',
        'rnn/gru_cell/gates/bias [16]',
        'rnn/gru_cell/candidate/kernel [36, 8]',
        'rnn/gru_cell/candidate/bias [8]',
        'dense/kernel [8, 10]',
        'dense/bias [10]',
        `written to ${file}\n`,
      ].join('\n'),
    );
    const predictions = async (model: string) => {
      const json = place('predictions.json');
      await mnist('predict', '--model', model, '--data', data, '--json', json, '--quiet', '0', '7');
      return JSON.parse(readFileSync(json, 'utf8')).predictions;
    };
    expect(await predictions(file)).toEqual(await predictions(saved));
  });
});

describe('predict', () => {
  it('shows test images and drawn ones, with ten bars each, 80 columns wide', async () => {
    const file = place('drawn.png');
    const png = new PNG({ width: 40, height: 40 });
    for (let i = 0; i < 1600; i++)
      png.data.set(i % 40 > 15 && i % 40 < 22 ? [0, 0, 0, 255] : [255, 255, 255, 255], 4 * i);
    writeFileSync(file, PNG.sync.write(png));
    const folder = place('predicted');
    const words = ['--model', saved, '--data', data, '--pictures', folder, '3', file];
    const { status, stdout, stderr } = await mnist('predict', ...words);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^test image 3: (4, which is right|\d, but it is a 4)\n/);
    expect(stdout).toMatch(new RegExp(`\\n${file}: \\d\\n`));
    expect(stdout.match(/ \d+\.\d\d %/g)).toHaveLength(20);
    for (const line of stdout.split('\n')) if (!line.includes('/')) expect(line.length).toBeLessThanOrEqual(80);
    expect(readdirSync(folder)).toEqual(['prediction-1.svg', 'prediction-2.svg']);
  });

  it('refuses what does not fit with a sentence', async () => {
    const labels = place('train-labels-idx1-ubyte');
    for (const [words, sentence] of [
      [
        ['predict', '0'],
        '--model: expected a checkpoint, a folder of them or an exported file, got none. pnpm mnist --checkpoints runs/lstm makes one.\n',
      ],
      [['predict', '--model', saved, '--data', data, '200'], 'predict: expected a test image from 0 to 199, got 200\n'],
      [['predict', '--model', saved, labels], `predict: expected a PNG with a digit, got ${labels}, which is none\n`],
      [['predict', '--model', saved], "error: missing required argument 'digits'\n"],
      [
        ['evaluate', '--model', data],
        `readWeights: expected weights, a checkpoint or a folder of checkpoints, got ${data}, a folder without a checkpoint. Which file or folder was a model saved to?\n`,
      ],
      [
        ['export', '/proc/no/w.safetensors', '--model', saved],
        'export: expected a folder that can be written to, got /proc/no (ENOENT)\n',
      ],
      [
        ['export', place('w.bin'), '--model', saved],
        `export: expected a file ending in .safetensors, got ${place('w.bin')}\n`,
      ],
    ] as const) {
      expect(await mnist(...words)).toEqual({ status: 2, stdout: '', stderr: sentence });
    }
  });
});

describe('compare', () => {
  it('runs those that are named, each with the flags, and writes table, JSON and pictures', async () => {
    const [json, folder, page] = [place('compared.json'), place('compared'), place('compared.html')];
    const results = ['--json', json, '--pictures', folder, '--report', page];
    const flags = ['--steps', '2', ...small, '--seed', '4', ...results];
    const names = ['single-static-gru', 'single-dynamic-gru'];
    const { status, stdout, stderr } = await mnist('compare', ...names, '--data', data, ...flags);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { reports, failed } = JSON.parse(readFileSync(json, 'utf8'));
    expect(failed).toEqual([]);
    expect(reports.map(({ workload }: { workload: string }) => workload)).toEqual(names);
    for (const report of reports) expect(report).toMatchObject({ steps: 2, seed: 4, batchSize: 32 });
    for (const name of names) expect(stdout).toMatch(new RegExp(`\n${name} +\\d+\\.\\d\\d % +`));
    for (const line of stdout.split('\n')) if (!line.includes('/')) expect(line.length).toBeLessThanOrEqual(80);
    expect(readdirSync(folder).sort()).toEqual(['accuracy-memory.svg', 'accuracy-seconds.svg', 'learning-curves.svg']);
    expect(readFileSync(page, 'utf8')).toMatch(
      /<dt>kernel<\/dt><dd>recurrent layers of single-static-gru, single-dynamic-gru: gruSequence, own WebAssembly, \d+ threads?, [^<]*<\/dd>/,
    );
  });

  it('gives the head to the bidirectional ones, and refuses it where there are none', async () => {
    const [json, alone] = [place('heads.json'), place('head.json')];
    const flags = ['--data', data, '--steps', '2', ...small, '--head', 'ends', '--quiet'];
    const names = ['single-static-gru', 'bi-static-lstm'];
    const compared = await mnist('compare', ...names, ...flags, '--json', json);
    expect(compared).toEqual({ status: 0, stdout: '', stderr: '' });
    await mnist('train', 'bi-static-lstm', ...flags, '--json', alone);
    const [{ reports }, trained] = [json, alone].map((file) => JSON.parse(readFileSync(file, 'utf8')));
    expect(reports.map(({ workload }: { workload: string }) => workload)).toEqual(names);
    expect(reports[1].loss).toEqual(trained.loss);
    expect(await mnist('compare', 'single-static-gru', 'multi-static-mix', ...flags)).toEqual({
      ...{ status: 2, stdout: '' },
      stderr:
        '--head: expected a bidirectional workload, got single-static-gru, multi-static-mix. Those whose names begin with bi- are.\n',
    });
    expect((await mnist('compare', '--help')).stdout).toContain('of bi-*, which alone get it: ');
  });

  it('ends with status 1 where one was killed, and has the others', async () => {
    const killed = "if (process.argv[3] === 'single-static-gru') process.kill(process.pid, 'SIGKILL')";
    const words = ['bi-static-lstm', 'single-static-gru', '--data', data, '--steps', '1', ...small];
    // As where memory runs out: every process loads this first.
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(killed)}`;
    const { status, stdout, stderr } = await runProgram(main, ['compare', ...words], { NODE_OPTIONS });
    expect({ status, stderr }).toEqual({ status: 1, stderr: 'Not trained: single-static-gru (exit status 137)\n' });
    expect(stdout).toMatch(/\nbi-static-lstm +\d+\.\d\d % /);
    expect(stdout).toMatch(/\nsingle-static-gru +failed\n/);
  });

  it('refuses a workload that is none, before any runs', async () => {
    const { status, stdout, stderr } = await mnist('compare', 'rows');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/'rows' is invalid for argument 'workloads'\. Allowed choices are rows-static-lstm, /);
  });
});

describe('best', () => {
  it('trains by its recipe, and what it saved is evaluated alike', async () => {
    const [json, evaluated, runs] = [place('best.json'), place('best-evaluated.json'), place('best')];
    const { status, stdout, stderr } = await mnist(
      'best',
      '--fast',
      '--data',
      data,
      '--checkpoints',
      runs,
      '--json',
      json,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^best-fast: BasicLSTMCell\(128\), dynamic runner, Adam, one cycle\nrun {6}4 epochs, /);
    expect(stdout).toContain('deskewed, without a margin of 3 pixels, 2 rows a step\n');
    await mnist('evaluate', '--data', data, '--model', runs, '--json', evaluated, '--quiet');
    const [before, after] = [json, evaluated].map((file) => JSON.parse(readFileSync(file, 'utf8')));
    expect(before).toMatchObject({ workload: 'best-fast', steps: 8, epochs: 4, batchSize: 128 });
    expect(after.test).toEqual(before.test);
  });
});

/** Runs the app until it has printed a step, then sends it the signal. */
function stoppedRun(words: readonly string[], signal: NodeJS.Signals): Promise<ProgramRun> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...words, '--csv', place(`${signal}.csv`)]);
    const [out, err]: [string[], string[]] = [[], []];
    let isAsked = false;
    child.stderr.on('data', (text) => err.push(`${text}`));
    child.stdout.on('data', (text) => {
      out.push(`${text}`);
      if (isAsked || !out.join('').includes('step 200/')) return;
      isAsked = true;
      child.kill(signal);
    });
    child.once('close', (status) => {
      expect(existsSync(place(`${signal}.csv`))).toBe(true);
      resolve({ status: status ?? 1, stdout: out.join(''), stderr: err.join('') });
    });
  });
}
