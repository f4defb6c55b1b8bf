import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BasicLSTMCell, GRUCell } from '@rnn/cells';
import { memory } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { largerStep } from '../examples-of.fixture';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import type { Model } from '../models/model';
import { sequenceClassifier } from '../models/sequence-classifier';
import { adam } from '../optimizers/adam';
import { savedTensors } from '../state/saved-tensors';
import { Trainer } from '../trainer/trainer';
import { assignWeights } from './assign-weights';
import { Checkpoints } from './checkpoints';
import { disk } from './disk.fixture';
import { readWeights } from './read-weights';
import { encodeSafetensors, SafetensorsError } from './safetensors';
import { decodeWeights } from './weights-file';
import { writeWeights } from './write-weights';

vi.mock('node:fs/promises', async (importActual) => (await import('./disk.fixture')).fullDisk(await importActual()));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weights-'));
});
afterEach(() => {
  disk.isFull = false;
  rmSync(folder, { recursive: true });
});

const config = { units: [3], head: 'ends' };
const expected = 'weights, a checkpoint or a folder of checkpoints';
const remedy = 'Which file or folder was a model saved to?';
const lstm = (seed: number, units = 3): Model => {
  const model = sequenceClassifier({ cell: new BasicLSTMCell(units), classes: 2 });
  model.build([4, 1], { seed });
  return model;
};
const valuesOf = (model: Model) => [...model.variables].map(([name, variable]) => [name, ...variable.dataSync()]);

test('weights that were written are those of the model that they are given to, and no tensor more lives', async () => {
  const [trained, fresh] = [lstm(1), lstm(2)];
  const { numTensors } = memory();
  const file = join(folder, 'lstm.safetensors');
  await writeWeights(file, trained, config);
  const weights = await readWeights(file);
  expect(valuesOf(fresh)).not.toEqual(valuesOf(trained));
  assignWeights(fresh, weights.tensors);
  expect(valuesOf(fresh)).toEqual(valuesOf(trained));
  expect(weights.config).toEqual(config);
  expect(memory().numTensors).toBe(numTensors);
  trained.dispose();
  fresh.dispose();
});

test('the file begins with its header, in which each tensor has its name, shape and place', async () => {
  const model = lstm(1);
  const file = join(folder, 'lstm.safetensors');
  await writeWeights(file, model);
  const bytes = readFileSync(file);
  const length = Number(bytes.readBigUInt64LE(0));
  const { __metadata__: metadata, ...entries } = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  const { sha256, ...told } = metadata;
  expect(told).toEqual({ format: '@rnn/trainers weights 2', config: '{}' });
  const blank = Buffer.from(bytes.toString('latin1').replace(sha256, '0'.repeat(64)), 'latin1');
  expect(sha256).toBe(createHash('sha256').update(blank).digest('hex'));
  expect(Object.keys(entries)).toEqual([...model.variables.keys()]);
  const { shape, data_offsets: offsets } = entries['dense/kernel'];
  expect(shape).toEqual([3, 2]);
  const [begin, end] = offsets.map((offset: number) => 8 + length + offset);
  const floats = Array.from({ length: (end - begin) / 4 }, (_, k) => bytes.readFloatLE(begin + 4 * k));
  expect(floats).toEqual([...(model.variables.get('dense/kernel')?.dataSync() ?? [])]);
  model.dispose();
});

test('a bit that is another anywhere in the file is told; a file of the format without a checksum, for Python programs, is read', async () => {
  const model = lstm(1);
  const file = join(folder, 'lstm.safetensors');
  await writeWeights(file, model, config);
  const whole = readFileSync(file);
  const differs = (at: number) => {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] as number) ^ 0x40;
    writeFileSync(file, bytes);
    return readWeights(file).then(
      () => 'nothing',
      (error: Error) => error.message,
    );
  };
  const damaged = 'a file that is not as it was written: its checksum differs';
  for (const at of [whole.length - 2, whole.length - 33, 8 + Number(whole.readBigUInt64LE(0))])
    expect(await differs(at)).toBe(`readWeights: expected ${file} to hold ${expected}, got ${damaged}. ${remedy}`);
  for (let at = 0; at < whole.length; at++) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] as number) ^ 0x40;
    expect(() => decodeWeights(bytes), `byte ${at}`).toThrow(SafetensorsError);
  }
  const plain = encodeSafetensors({
    tensors: await savedTensors(model.variables),
    metadata: { format: '@rnn/trainers weights 1', config: '{"units":3}' },
  });
  writeFileSync(file, plain);
  const { tensors, config: read } = await readWeights(file);
  expect(read).toEqual({ units: 3 });
  expect([...tensors].map(([name, { values }]) => [name, ...values])).toEqual(valuesOf(model));
  model.dispose();
});

test('a checkpoint and a folder of them have the weights of their step, without slots', async () => {
  const model = sequenceClassifier({ cell: new BasicLSTMCell(3), classes: 2 });
  const trainer = new Trainer(model, { loss: softmaxCrossEntropy, optimizer: adam(0.1), seed: 1 });
  const checkpoints = new Checkpoints(folder, { every: 1, config });
  await trainer.fit(largerStep(16), { steps: 2, batchSize: 8, callbacks: [checkpoints] });
  const [first, last, newest] = await Promise.all(
    ['checkpoint-1.safetensors', 'checkpoint-2.safetensors', ''].map((name) => readWeights(join(folder, name))),
  );
  expect([...(first?.tensors.keys() ?? [])]).toEqual([...model.variables.keys()]);
  expect(newest).toEqual(last);
  expect(first?.tensors).not.toEqual(last?.tensors);
  expect(newest?.config).toEqual(config);
  const kernel = model.variables.get('dense/kernel')?.dataSync();
  expect([...(newest?.tensors.get('dense/kernel')?.values ?? [])]).toEqual([...(kernel ?? [])]);
  trainer.dispose();
});

test('what holds none is named in a sentence', async () => {
  const [nothing, text, cut] = ['nothing', 'text', 'cut.safetensors'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const refusal = (path: string) => readWeights(path).catch((error: Error) => error.message);
  expect(await refusal(nothing)).toBe(`readWeights: expected ${expected}, got ${nothing} (ENOENT). ${remedy}`);
  expect(await refusal(folder)).toBe(
    `readWeights: expected ${expected}, got ${folder}, a folder without a checkpoint. ${remedy}`,
  );
  writeFileSync(text, 'words');
  expect(await refusal(text)).toBe(
    `readWeights: expected ${text} to hold ${expected}, got a file of 5 bytes. ${remedy}`,
  );
  const model = lstm(1);
  await writeWeights(cut, model);
  truncateSync(cut, readFileSync(cut).length - 4);
  expect(await refusal(cut)).toBe(
    `readWeights: expected ${cut} to hold ${expected}, got a file that ends within dense/bias. ${remedy}`,
  );
  model.dispose();
});

test('weights of another model are refused, and no variable is changed', async () => {
  const model = lstm(1);
  const before = valuesOf(model);
  const gru = sequenceClassifier({ cell: new GRUCell(3), classes: 2 });
  gru.build([4, 1], { seed: 1 });
  for (const [other, sentence] of [
    [
      lstm(2, 4),
      'assignWeights: expected rnn/basic_lstm_cell/kernel [4, 12], got [5, 16]. It is the state of another model.',
    ],
    [
      gru,
      'assignWeights: expected rnn/basic_lstm_cell/kernel [4, 12], got rnn/gru_cell/gates/kernel. It is the state of another model.',
    ],
  ] as const) {
    const file = join(folder, 'other.safetensors');
    await writeWeights(file, other);
    const { tensors } = await readWeights(file);
    expect(() => assignWeights(model, tensors)).toThrow(sentence);
    other.dispose();
  }
  expect(valuesOf(model)).toEqual(before);
  model.dispose();
});

test('on a full disk the file that was there stays, and nothing beside it', async () => {
  const model = lstm(1);
  const file = join(folder, 'lstm.safetensors');
  await writeWeights(file, model);
  const before = readFileSync(file);
  disk.isFull = true;
  await expect(writeWeights(file, model, config)).rejects.toMatchObject({
    message: `writeWeights: expected ${file} to be written, got ENOSPC. Is there room, and a folder?`,
    code: 'ENOSPC',
  });
  expect(readFileSync(file)).toEqual(before);
  expect(readdirSync(folder)).toEqual(['lstm.safetensors']);
  model.dispose();
});
