import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BasicLSTMCell, DropoutWrapper, GRUCell, type RNNCell } from '@rnn/cells';
import { memory, type Variable } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { largerStep } from '../examples-of.fixture';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { sequenceClassifier } from '../models/sequence-classifier';
import { adam } from '../optimizers/adam';
import { Trainer } from '../trainer/trainer';
import type { TrainingCallback } from '../trainer/training-callback';
import { Checkpoints, type CheckpointsOptions } from './checkpoints';
import { disk } from './disk.fixture';

vi.mock('node:fs/promises', async (importActual) => (await import('./disk.fixture')).fullDisk(await importActual()));

let folder: string;
let warnings: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
  warnings = [];
});
afterEach(() => {
  disk.isFull = false;
  disk.unreadable.clear();
  rmSync(folder, { recursive: true });
});

const examples = largerStep(50);
const fileOf = (step: number): string => join(folder, `checkpoint-${step}.safetensors`);
const filesOf = (...steps: number[]): string[] => steps.map((step) => `checkpoint-${step}.safetensors`);
const held = (): string[] => readdirSync(folder).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));

const open = (options: CheckpointsOptions = {}, path = folder): Checkpoints =>
  new Checkpoints(path, { every: 2, warn: (sentence) => warnings.push(sentence), ...options });

const trainerOf = (cell: RNNCell = new DropoutWrapper(new BasicLSTMCell(3), { outputKeepProb: 0.7 })) =>
  new Trainer(sequenceClassifier({ cell, classes: 2 }), { loss: softmaxCrossEntropy, optimizer: adam(0.02), seed: 3 });

const values = (variables: ReadonlyMap<string, Variable>): number[] =>
  [...variables.values()].flatMap((variable) => [...variable.dataSync()]);

/** Trains to `maxSteps`, from the newest checkpoint where there is one; gives the weights and the steps that it made. */
async function train(maxSteps: number, checkpoints: Checkpoints | undefined, callbacks: TrainingCallback[] = []) {
  const trainer = trainerOf();
  try {
    const state = await checkpoints?.latest();
    if (state !== undefined) trainer.restore(state);
    const all = [...(checkpoints ? [checkpoints] : []), ...callbacks];
    const { steps } = await trainer.fit(examples, { batchSize: 8, maxSteps, reportEvery: 3, callbacks: all });
    return { steps, weights: values(trainer.model.variables), reports: [...trainer.reports] };
  } finally {
    trainer.dispose();
  }
}

test('one is saved every so many steps and at the end, and the newest three are kept', async () => {
  const seen: string[][] = [];
  const { numTensors } = memory();
  await train(9, open(), [{ onStepEnd: () => void seen.push(held()) }]);
  expect(seen).toEqual([
    [],
    filesOf(2),
    filesOf(2),
    filesOf(2, 4),
    filesOf(2, 4),
    filesOf(2, 4, 6),
    filesOf(2, 4, 6),
    filesOf(4, 6, 8),
    filesOf(6, 8, 9),
  ]);
  expect(memory().numTensors).toBe(numTensors);
});

test('a run that was stopped goes on from the newest to the bit, with the reports from before', async () => {
  const whole = await train(9, undefined);
  const stop: TrainingCallback = { onStep: ({ step, stop }) => void (step === 5 && stop('enough')) };
  await train(9, open({ every: 100 }), [stop]);
  expect(held()).toEqual(filesOf(5));
  const resumed = await train(9, open());
  expect(resumed).toEqual({ ...whole, steps: 4 });
  expect(await train(9, open())).toMatchObject({ steps: 0, weights: whole.weights });
  expect(held()).toEqual(filesOf(6, 8, 9));
});

test('a run in which something throws keeps the checkpoints from before, and goes on from there to the bit', async () => {
  const whole = await train(9, undefined);
  const fails: TrainingCallback = {
    onReport({ step }) {
      if (step === 6) throw new Error('no more');
    },
  };
  await expect(train(9, open(), [fails])).rejects.toThrow('no more');
  expect(held()).toEqual(filesOf(2, 4));
  expect(await train(9, open())).toEqual({ ...whole, steps: 5 });
});

test('what callbacks remember is in it', async () => {
  const counter = (): TrainingCallback & { steps: number } => ({
    ...{ name: 'counter', steps: 0 },
    onStep() {
      this.steps++;
    },
    getState() {
      return { values: { steps: this.steps, best: Number.POSITIVE_INFINITY }, tensors: new Map() };
    },
    setState({ values: { steps, best } }) {
      expect(best).toBe(Number.POSITIVE_INFINITY);
      this.steps = steps as number;
    },
  });
  await train(4, open(), [counter()]);
  const later = counter();
  await train(7, open(), [later]);
  expect(later.steps).toBe(7);
});

test('a folder that is not there is made when a run begins, and is empty before', async () => {
  const deep = join(folder, 'runs', 'first');
  expect(await open({}, deep).latest()).toBeUndefined();
  expect(existsSync(deep)).toBe(false);
  await train(2, open({}, deep));
  expect(readdirSync(deep)).toEqual(filesOf(2));
});

const damages: [string, (file: string) => void, string][] = [
  ['cut short', (file) => truncateSync(file, 1000), 'a file that ends within its header'],
  ['emptied', (file) => truncateSync(file, 0), 'a file of 0 bytes'],
  [
    'flipped in one bit',
    (file) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 9] = (bytes[bytes.length - 9] as number) ^ 4;
      writeFileSync(file, bytes);
    },
    'a file that is not as it was written: its checksum differs',
  ],
  ['written over', (file) => writeFileSync(file, 'nothing of the kind'), 'a file that ends within its header'],
];
test.each(damages)('one that was %s is named, and the one before it is taken', async (_, damage, got) => {
  const whole = await train(7, undefined);
  await train(6, open());
  damage(fileOf(6));
  // Nor is the damaged one counted among those that are kept.
  const resumed = await train(7, open({ every: 100, keep: 1 }), [
    { onStep: () => expect(held()).toEqual([...filesOf(2, 4), 'checkpoint-6.safetensors.damaged']) },
  ]);
  expect(warnings).toEqual([`Checkpoints: expected ${fileOf(6)} to be whole, got ${got}. It is left out.`]);
  expect(resumed).toMatchObject({ steps: 3, weights: whole.weights });
  expect(held()).toEqual(['checkpoint-6.safetensors.damaged', ...filesOf(7)]);
});

test.each(['EIO', 'EACCES'])(
  'one that the system refuses to read (%s) is named, and the one before it is taken',
  async (code) => {
    const whole = await train(7, undefined);
    await train(6, open());
    disk.unreadable.set(fileOf(6), code);
    expect(await train(7, open())).toMatchObject({ steps: 3, weights: whole.weights });
    expect(warnings).toEqual([`Checkpoints: expected ${fileOf(6)} to be readable, got ${code}. It is left out.`]);
    expect(held()).toEqual(
      filesOf(2, 4, 6, 7)
        .flatMap((name, k) => (k === 2 ? [name, `${name}.unreadable`] : [name]))
        .slice(1),
    );
  },
);

test('where the system refuses to read all, that is an error with its code, and they stay', async () => {
  await train(4, open());
  for (const step of [2, 4]) disk.unreadable.set(fileOf(step), 'EACCES');
  await expect(train(6, open())).rejects.toMatchObject({
    message: `Checkpoints: expected a checkpoint in ${folder} that can be read, got checkpoint-4.safetensors (EACCES), checkpoint-2.safetensors (EACCES). Who may read it?`,
    code: 'EACCES',
  });
  expect(held()).toEqual(filesOf(2, 4));
});

test('where all are damaged, that is an error, and they stay', async () => {
  await train(4, open());
  for (const step of [2, 4]) truncateSync(fileOf(step), 100);
  await expect(train(6, open())).rejects.toThrow(
    `Checkpoints: expected a checkpoint in ${folder} that can be read, got checkpoint-4.safetensors (damaged), checkpoint-2.safetensors (damaged). Delete what is there to begin anew.`,
  );
  expect(warnings).toHaveLength(2);
  expect(held()).toEqual(filesOf(2, 4));
});

test('what runs that were killed left half written is deleted when the next begins, and nothing else', async () => {
  const left = ['checkpoint-2.safetensors', 'trial'].map((name) => `${name}.0b1f5c9e-1f7a-4b60-9d53-0b7e8f1c2d3e.part`);
  const others = ['notes.part', 'checkpoint-x.safetensors', 'log.0b1f5c9e-1f7a-4b60-9d53-0b7e8f1c2d3e.part'];
  for (const name of [...left, ...others]) writeFileSync(join(folder, name), 'half');
  expect(await open().latest()).toBeUndefined();
  expect(held()).toEqual(expect.arrayContaining(left));
  await train(2, open());
  expect(held()).toEqual([...filesOf(2), ...others].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })));
});

test('a run that would overwrite another’s checkpoints is refused before its first step', async () => {
  await train(4, open());
  const trainer = trainerOf();
  await expect(trainer.fit(examples, { batchSize: 8, steps: 1, callbacks: [open()] })).rejects.toThrow(
    `Checkpoints: expected ${folder} to hold no checkpoint after step 0, where this run begins, got checkpoint-4.safetensors. Go on from it, or name another folder.`,
  );
  expect(trainer.step).toBe(0);
  expect(held()).toEqual(filesOf(2, 4));
});

test('a checkpoint of another model is refused, not passed over', async () => {
  await train(4, open());
  const trainer = trainerOf(new GRUCell(3));
  const state = await open().latest();
  expect(() => trainer.restore(state as NonNullable<typeof state>)).toThrow(
    'restore: expected rnn/gru_cell/gates/kernel [4, 6], got rnn/basic_lstm_cell/kernel. It is the state of another model.',
  );
});

test('a checkpoint of a run with another configuration is refused, naming what differs', async () => {
  await train(2, open({ config: { batchSize: 8, hidden: [3], rate: 0.02, left: undefined } }));
  expect((await open().latest())?.step).toBe(2);
  expect((await open({ config: { rate: 0.02, hidden: [3], batchSize: 8 } }).latest())?.step).toBe(2);
  await expect(open({ config: { batchSize: 8, hidden: [4], name: 'b' } }).latest()).rejects.toThrow(
    `${fileOf(2)}: expected a run with hidden [4], name "b", rate none, got hidden [3], name none, rate 0.02. Ask for the same, or name another folder.`,
  );
});

test('on a full disk fit throws, and the checkpoints before stay', async () => {
  const fill: TrainingCallback = {
    onStep({ step }) {
      disk.isFull = step > 3;
    },
  };
  await expect(train(9, open(), [fill])).rejects.toThrow(
    `Checkpoints: expected ${fileOf(4)} to be written, got ENOSPC. The checkpoints before it are as they were.`,
  );
  disk.isFull = false;
  expect(held()).toEqual(filesOf(2));
  expect((await open().latest())?.step).toBe(2);
});

test('a folder that cannot be made is refused before the first step', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(train(2, open({}, join(file, 'inner')))).rejects.toThrow(
    `Checkpoints: expected a folder that can be read, got ${join(file, 'inner')} (ENOTDIR)`,
  );
  const trainer = trainerOf();
  await expect(trainer.fit(examples, { batchSize: 8, steps: 1, callbacks: [open({}, file)] })).rejects.toThrow(
    `Checkpoints: expected a folder that can be written to, got ${file} (EEXIST)`,
  );
  expect(trainer.step).toBe(0);
});

test('options that do not fit are told', () => {
  expect(() => new Checkpoints('')).toThrow("Checkpoints: expected folder to be a path, got ''");
  expect(() => open({ every: 0 })).toThrow('Checkpoints: expected every to be a positive integer, got 0');
  expect(() => open({ keep: 1.5 })).toThrow('Checkpoints: expected keep to be a positive integer, got 1.5');
  expect(() => open({ warn: 'no' as never })).toThrow("Checkpoints: expected warn to be a function, got 'no'");
});
