import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useBackend } from '@rnn/backends';
import { BasicLSTMCell } from '@rnn/cells';
import { sequenceRegressor } from '@rnn/trainers';
import { writeWeights } from '@rnn/trainers/checkpoints';
import { runProgram, type TrainingReport } from 'app-common';
import { beforeAll, describe, expect, it } from 'vitest';
import { main, report, scratch } from './sine-program.fixture';

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
