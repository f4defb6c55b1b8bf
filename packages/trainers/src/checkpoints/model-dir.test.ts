import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BasicLSTMCell, DropoutWrapper } from '@rnn/cells';
import { memory } from '@tensorflow/tfjs-core';
import { expectNoLeakAsync } from 'testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Estimator, type ModelDir } from '../estimator/estimator';
import { type OptimizeLossOptions, optimizeLoss } from '../estimator/optimize-loss';
import { sumOfSteps } from '../examples-of.fixture';
import { meanSquaredError } from '../losses/mean-squared-error';
import { sequenceRegressor } from '../models/sequence-regressor';
import { modelDir } from './model-dir';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'model-dir-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const train = sumOfSteps(35);
const onTest = sumOfSteps(23, 9);
const fitOptions = { batchSize: 10, reportEvery: 2 };
const filesOf = (...steps: number[]): string[] => steps.map((step) => `checkpoint-${step}.safetensors`).sort();

const decayed: OptimizeLossOptions = {
  ...{ optimizer: 'Adam', learningRate: 0.1 },
  learningRateDecayFn: (rate, step) => rate * 0.9 ** step,
};

function estimatorOf(dir: ModelDir | undefined, options: OptimizeLossOptions = decayed, seed?: number): Estimator {
  const model = sequenceRegressor({
    cell: new DropoutWrapper(new BasicLSTMCell(4), { outputKeepProb: 0.8 }),
    outputs: 1,
  });
  return new Estimator({
    ...{ model, seed, modelDir: dir },
    modelFn(features, labels, mode) {
      const predictions = model.apply(features, { training: mode === 'train' });
      if (labels === undefined) return { predictions };
      const loss = meanSquaredError(predictions, labels);
      return { predictions, loss, trainOp: optimizeLoss(loss, options) };
    },
  });
}

test('an Estimator on the folder of another goes on from its newest checkpoint to the bit', async () => {
  const { numTensors } = memory();
  const [whole, first] = [estimatorOf(undefined, decayed, 3), estimatorOf(modelDir(folder), decayed, 3)];
  await whole.fit(train, { ...fitOptions, steps: 9 });
  await first.fit(train, { ...fitOptions, steps: 5 });
  const later = estimatorOf(modelDir(folder));
  await later.fit(train, { ...fitOptions, steps: 4 });
  expect([later.globalStep, later.seed]).toEqual([9, 3]);
  // Both calls reported their last step.
  expect(later.reports.filter(({ step }) => step !== 5)).toEqual(whole.reports);
  expect(await later.predict(onTest)).toEqual(await whole.predict(onTest));
  expect(await later.evaluate(onTest)).toEqual(await whole.evaluate(onTest));
  for (const estimator of [whole, first, later]) estimator.dispose();
  expect(memory().numTensors).toBe(numTensors);
});

test('evaluate and predict take the newest checkpoint, at once too', async () => {
  const first = estimatorOf(modelDir(folder));
  await first.fit(train, { ...fitOptions, steps: 3 });
  const later = estimatorOf(modelDir(folder));
  const [evaluation, predictions] = await Promise.all([later.evaluate(onTest), later.predict(onTest)]);
  expect(evaluation).toEqual(await first.evaluate(onTest));
  expect(predictions).toEqual(await first.predict(onTest));
  expect(later.globalStep).toBe(3);
  for (const estimator of [first, later]) estimator.dispose();
});

test('without a checkpoint there is nothing to evaluate or to predict with, and after fit there is', async () => {
  const estimator = estimatorOf(modelDir(folder));
  await expect(expectNoLeakAsync(() => estimator.evaluate(onTest))).rejects.toThrow(
    'Estimator.evaluate: expected a modelDir with a checkpoint, got one with none. Call fit first.',
  );
  await expect(expectNoLeakAsync(() => estimator.predict(onTest))).rejects.toThrow(
    'Estimator.predict: expected a modelDir with a checkpoint, got one with none. Call fit first.',
  );
  await estimator.fit(train, { ...fitOptions, steps: 1 });
  expect((await estimator.evaluate(onTest)).examples).toBe(23);
  estimator.dispose();
});

test('saves every so many steps and at the end, and keeps the newest five', async () => {
  const estimator = estimatorOf(modelDir(folder, { saveCheckpointsSteps: 2 }));
  await estimator.fit(train, { ...fitOptions, steps: 11 });
  expect(readdirSync(folder).sort()).toEqual(filesOf(4, 6, 8, 10, 11));
  const few = estimatorOf(modelDir(folder, { saveCheckpointsSteps: 2, keepCheckpointMax: 2 }));
  await few.fit(train, { ...fitOptions, maxSteps: 13 });
  expect(readdirSync(folder).sort()).toEqual(filesOf(12, 13));
  for (const each of [estimator, few]) each.dispose();
});

test('restore goes before the folder’s newest', async () => {
  const first = estimatorOf(modelDir(folder));
  await first.fit(train, { ...fitOptions, steps: 2 });
  const state = await modelDir(folder).latest();
  const other = estimatorOf(modelDir(folder));
  other.restore(state as NonNullable<typeof state>);
  await first.fit(train, { ...fitOptions, steps: 1 });
  await other.evaluate(onTest);
  expect(other.globalStep).toBe(2);
  for (const estimator of [first, other]) estimator.dispose();
});

test('a checkpoint of another optimiser is told at the first update, one of another seed at once', async () => {
  const first = estimatorOf(modelDir(folder), decayed, 3);
  await first.fit(train, { ...fitOptions, steps: 2 });
  const fit = (estimator: Estimator) => estimator.fit(train, { ...fitOptions, steps: 1 });
  const other = estimatorOf(modelDir(folder), { optimizer: 'Adagrad', learningRate: 0.1 });
  await expect(fit(other)).rejects.toThrow('Adagrad.restore: expected the state of Adagrad, got that of Adam');
  const seeded = estimatorOf(modelDir(folder), decayed, 4);
  for (const call of [fit(seeded), seeded.evaluate(onTest)])
    await expect(call).rejects.toThrow('restore: expected the state of a run with seed 4, got seed 3');
  expect(readdirSync(folder)).toEqual(filesOf(2));
  for (const estimator of [first, other, seeded]) estimator.dispose();
});

test('what is no folder of checkpoints is told', () => {
  expect(() => estimatorOf(folder as never)).toThrow(
    'Estimator: expected modelDir.latest to be a function, got undefined. modelDir of @rnn/trainers/checkpoints makes one of a folder.',
  );
});
