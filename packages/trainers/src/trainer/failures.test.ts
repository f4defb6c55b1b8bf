import { BasicLSTMCell } from '@rnn/cells';
import { add, memory, type Tensor2D } from '@tensorflow/tfjs-core';
import { expectNoLeakAsync } from 'testing';
import { expect, test } from 'vitest';
import type { Examples } from '../examples';
import { largerStep, sumOfSteps } from '../examples-of.fixture';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { accuracy } from '../metrics/accuracy';
import type { Model } from '../models/model';
import { sequenceClassifier } from '../models/sequence-classifier';
import { adam } from '../optimizers/adam';
import { boom, classifier, classifierTrainer } from './classifier-trainer.fixture';
import { Trainer } from './trainer';

/** A trainer one of whose parts throws once it is armed; before that it has made one step, so that all its variables exist. */
async function armed(part: 'loss' | 'model' | 'metric' | 'optimizer'): Promise<Trainer<'share'>> {
  let ready = false;
  const fails = (here: string) => {
    if (ready && here === part) boom();
  };
  const model = classifier();
  const optimizer = adam();
  const trainer = new Trainer(
    {
      get variables() {
        return model.variables;
      },
      build: (shape, options) => model.build(shape, options),
      apply: (inputs) => {
        const logits = model.apply(inputs);
        fails('model');
        return logits;
      },
      dispose: () => model.dispose(),
    },
    {
      loss: (logits: Tensor2D, labels) => {
        const loss = softmaxCrossEntropy(logits, labels);
        fails('loss');
        return loss;
      },
      optimizer: {
        ...{ name: 'Adam', learningRate: 1, iterations: 0, slots: optimizer.slots },
        applyGradients: (variables, gradients) => {
          optimizer.applyGradients(variables, gradients);
          fails('optimizer');
        },
        state: () => optimizer.state(),
        restore: (variables, state) => optimizer.restore(variables, state),
        dispose: () => optimizer.dispose(),
      },
      metrics: {
        share: (logits, labels) => {
          const share = accuracy(logits, labels);
          fails('metric');
          return share;
        },
      },
    },
  );
  await trainer.fit(largerStep(8), { steps: 1, batchSize: 4 });
  ready = true;
  return trainer;
}

for (const part of ['loss', 'model', 'metric', 'optimizer'] as const) {
  test(`nothing stays alive when the ${part} throws`, async () => {
    const trainer = await armed(part);
    const examples = largerStep(8);
    const calls = {
      fit: () => trainer.fit(examples, { steps: 3, batchSize: 4, reportEvery: 1 }),
      evaluate: () => trainer.evaluate(examples),
      predict: () => trainer.predict(examples),
    };
    const affected = {
      loss: ['fit', 'evaluate'],
      model: ['fit', 'evaluate', 'predict'],
      metric: ['fit', 'evaluate'],
      optimizer: ['fit'],
    };
    for (const name of affected[part] as (keyof typeof calls)[]) {
      await expect(expectNoLeakAsync<unknown>(calls[name]), name).rejects.toThrow('boom');
    }
    trainer.dispose();
  });
}

test('nothing stays alive when the examples throw, or their batches are not as large as they say', async () => {
  const trainer = classifierTrainer();
  await trainer.fit(largerStep(8), { steps: 1, batchSize: 4 });
  const examples = largerStep(8);
  const failing: Examples = {
    ...examples,
    *batches(request) {
      for (const batch of examples.batches(request)) {
        yield batch;
        boom();
      }
    },
  };
  const short: Examples = {
    ...examples,
    *batches(request) {
      for (const batch of examples.batches(request)) yield { ...batch, targets: batch.targets.subarray(1) };
    },
  };
  for (const [set, text] of [
    [failing, 'boom'],
    [short, "expected a batch's targets to hold 4 values for shape [4], got 3"],
  ] as const) {
    const calls = [
      () => trainer.fit(set, { steps: 2, batchSize: 4, shuffle: false }),
      () => trainer.evaluate(set, { batchSize: 4 }),
    ];
    for (const call of calls) await expect(expectNoLeakAsync<unknown>(call)).rejects.toThrow(text);
  }
  await expect(expectNoLeakAsync(() => trainer.predict(failing))).rejects.toThrow('boom');
  trainer.dispose();
});

const fusedOfNoKernel = () =>
  sequenceClassifier({ cell: new BasicLSTMCell(4, { activation: (x) => add(x, 1) }), classes: 2, kernel: 'fused' });

/** A model that its trainer has not built yet, examples, and why no call can do with both. */
const hopeless: Record<string, [() => Model, Examples, string]> = {
  'no fused kernel can run': [fusedOfNoKernel, largerStep(8), 'expected a fused kernel'],
  'the labels have the wrong shape': [classifier, sumOfSteps(8), 'softmaxCrossEntropy: expected labels to have shape'],
  'the batches are too short': [
    classifier,
    { ...largerStep(8), targetShape: [2] },
    "expected a batch's targets to hold 8 values",
  ],
};

for (const [why, [makeModel, examples, text]] of Object.entries(hopeless)) {
  test(`where ${why}, a first call that throws leaves nothing alive, and the trainer as new`, async () => {
    const optimizer = adam();
    const trainer = new Trainer(makeModel(), { loss: softmaxCrossEntropy, optimizer });
    const calls = [
      () => trainer.fit(examples, { steps: 3, batchSize: 4 }),
      () => trainer.evaluate(examples, { batchSize: 4 }),
    ];
    for (const call of calls) {
      await expect(expectNoLeakAsync<unknown>(call)).rejects.toThrow(text);
      expect([trainer.model.variables.size, optimizer.slots.size, trainer.step]).toEqual([0, 0, 0]);
    }
  });
}

test('a first predict that throws leaves nothing alive', async () => {
  const trainer = new Trainer(fusedOfNoKernel(), { loss: softmaxCrossEntropy, optimizer: adam() });
  await expect(expectNoLeakAsync(() => trainer.predict(largerStep(8)))).rejects.toThrow('expected a fused kernel');
});

for (const hook of ['onTrainBegin', 'onStep'] as const) {
  test(`when ${hook} of the first fit throws, the model stays only where an update was made`, async () => {
    const { numTensors } = memory();
    const trainer = classifierTrainer();
    const fit = trainer.fit(largerStep(8), { steps: 2, batchSize: 4, callbacks: [{ [hook]: boom }] });
    await expect(fit).rejects.toThrow('boom');
    const updates = hook === 'onStep' ? 1 : 0;
    expect(trainer.step).toBe(updates);
    expect(trainer.model.variables.size).toBe(4 * updates);
    expect(memory().numTensors).toBe(numTensors + 4 * 3 * updates); // each variable has two slots
    trainer.dispose();
  });
}

test('a call that fails leaves the model to another that runs meanwhile', async () => {
  const [trainer, alone] = [classifierTrainer(1), classifierTrainer(1)];
  const [failed, done] = await Promise.allSettled([
    trainer.evaluate(sumOfSteps(8)),
    trainer.evaluate(largerStep(8), { batchSize: 2 }),
  ]);
  expect(failed.status).toBe('rejected');
  expect(done).toEqual({ status: 'fulfilled', value: await alone.evaluate(largerStep(8), { batchSize: 2 }) });
  trainer.dispose();
  alone.dispose();
});
