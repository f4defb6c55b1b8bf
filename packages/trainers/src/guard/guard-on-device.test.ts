import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BasicLSTMCell } from '@rnn/cells';
import { add, mul, type Scalar } from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { Checkpoints } from '../checkpoints/checkpoints';
import { largerStep } from '../examples-of.fixture';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { sequenceClassifier } from '../models/sequence-classifier';
import { adam } from '../optimizers/adam';
import { Trainer } from '../trainer/trainer';
import { NotFiniteError } from './not-finite-error';

// As where data lie on a GPU, which to read at every step would slow.
vi.mock('@rnn/kernels', async (original) => ({ ...(await original<object>()), dataInHostMemory: () => false }));

test('where data are not in host memory, NaN is found at the next report, naming the first weight that it reached', async () => {
  const model = sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 2 });
  const trainer: Trainer = new Trainer(model, {
    ...{ optimizer: adam(), seed: 1 },
    loss: (logits, labels) => {
      const loss = softmaxCrossEntropy(logits, labels);
      return trainer.step === 2 ? add<Scalar>(loss, mul<Scalar>(loss, Number.NaN)) : loss;
    },
  });
  const steps: number[] = [];
  const fit = trainer.fit(largerStep(8), {
    ...{ steps: 9, batchSize: 4, reportEvery: 4 },
    callbacks: [{ onStep: ({ step }) => void steps.push(step) }],
  });
  const error: NotFiniteError = await fit.then(undefined, (reason) => reason);
  expect(error).toBeInstanceOf(NotFiniteError);
  expect(error.message).toBe(
    'fit: expected finite weights rnn/basic_lstm_cell/kernel at step 4, got NaN. A smaller learning rate or clipNorm may help. The weights of an earlier step are in a checkpoint, or with bestSoFar.',
  );
  expect(error).toMatchObject({ step: 4, isUpdated: true });
  expect(steps).toEqual([1, 2, 3, 4]);
  trainer.dispose();
});

test('the weights after the last update are looked at even where the loss before it was finite', async () => {
  const model = sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 2 });
  const optimizer = adam();
  const trainer = new Trainer(model, {
    loss: softmaxCrossEntropy,
    optimizer: {
      ...{ name: 'Broken', learningRate: 0, iterations: 0, slots: new Map(), dispose: () => {} },
      ...{ state: () => optimizer.state(), restore: () => {} },
      applyGradients(variables, gradients) {
        optimizer.applyGradients(variables, gradients);
        const bias = variables.get('dense/bias');
        bias?.assign(mul(bias, Number.POSITIVE_INFINITY));
      },
    },
  });
  const fit = trainer.fit(largerStep(8), { steps: 1, batchSize: 4 });
  await expect(fit).rejects.toThrow(/^fit: expected finite weights dense\/bias at step 1, got -?Infinity/);
  optimizer.dispose();
  trainer.dispose();
});

test('weights that are not finite are no checkpoint: fit ends where the first would be written, and those before it stay', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'on-device-'));
  const run = async (stopAtNaN?: boolean) => {
    const model = sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 2 });
    const trainer: Trainer = new Trainer(model, {
      ...{ optimizer: adam(), seed: 1 },
      loss: (logits, labels) => {
        const loss = softmaxCrossEntropy(logits, labels);
        return trainer.step === 3 ? mul<Scalar>(loss, Number.NaN) : loss;
      },
    });
    const fit = trainer.fit(largerStep(8), {
      ...{ steps: 9, batchSize: 4, reportEvery: 10, stopAtNaN },
      callbacks: [new Checkpoints(folder, { every: 1, keep: 3 })],
    });
    const error: NotFiniteError | undefined = await fit.then(
      () => undefined,
      (reason) => reason,
    );
    trainer.dispose();
    return error;
  };
  const error = await run();
  expect(error).toBeInstanceOf(NotFiniteError);
  expect(error?.message).toBe(
    'fit: expected finite weights rnn/basic_lstm_cell/kernel at step 4, got NaN. A smaller learning rate or clipNorm may help. The weights of an earlier step are in a checkpoint, or with bestSoFar.',
  );
  expect(error).toMatchObject({ step: 4, isUpdated: true });
  const names = (...steps: number[]) => steps.map((step) => `checkpoint-${step}.safetensors`);
  expect(readdirSync(folder).sort()).toEqual(names(1, 2, 3));
  const newest = await new Checkpoints(folder).latest();
  for (const { values } of newest?.variables.values() ?? []) expect(values.every(Number.isFinite)).toBe(true);
  for (const name of names(1, 2, 3)) rmSync(join(folder, name));
  expect(await run(false)).toBeUndefined();
  expect(readdirSync(folder).sort()).toEqual(names(7, 8, 9));
  rmSync(folder, { recursive: true });
});
