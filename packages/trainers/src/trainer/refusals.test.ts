import { ArgumentError, BasicLSTMCell } from '@rnn/cells';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { expectNoLeakAsync } from 'testing';
import { expect, test } from 'vitest';
import type { Examples } from '../examples';
import { largerStep } from '../examples-of.fixture';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { accuracy } from '../metrics/accuracy';
import type { Model } from '../models/model';
import { adam } from '../optimizers/adam';
import { classifier, classifierTrainer } from './classifier-trainer.fixture';
import { Trainer } from './trainer';

test('arguments that do not fit are told', async () => {
  const trainer = classifierTrainer();
  const examples = largerStep(8);
  const options = { loss: softmaxCrossEntropy, optimizer: adam() };
  expect(() => new Trainer(classifier(), { ...options, metrics: { loss: accuracy } })).toThrow(
    'Trainer: expected metrics of other names than loss and examples, got loss. Results use them.',
  );
  const wrong: [object, string][] = [
    [
      { loss: 'mse' },
      "Trainer: expected loss to be a function, got 'mse'. meanSquaredError and softmaxCrossEntropy are losses.",
    ],
    [{ forward: softmaxCrossEntropy }, 'Trainer: expected one of loss and forward, got both'],
    [{ loss: undefined, forward: 'mse' }, "Trainer: expected forward to be a function, got 'mse'"],
    [
      { optimizer: adam },
      'Trainer: expected optimizer.applyGradients to be a function, got undefined. adam() makes an optimiser.',
    ],
    [{ metrics: { share: 'accuracy' } }, "Trainer: expected metric share to be a function, got 'accuracy'"],
    [{ seed: -1 }, 'Trainer: expected seed to be an integer from 0 to 2^53 - 1, got -1'],
    [{ seed: 0.5 }, 'Trainer: expected seed to be an integer from 0 to 2^53 - 1, got 0.5'],
    [{ seed: 'a' }, "Trainer: expected seed to be an integer from 0 to 2^53 - 1, got 'a'"],
  ];
  for (const [option, text] of wrong) {
    expect(() => new Trainer(classifier(), { ...options, ...option })).toThrow(text);
  }
  expect(() => new Trainer(new BasicLSTMCell(4) as unknown as Model, options)).toThrow(
    'Trainer: expected model.apply to be a function, got undefined. sequenceClassifier and sequenceRegressor make models.',
  );
  const refused: [Promise<unknown>, string][] = [
    [
      trainer.predict([1, 2] as unknown as Float32Array),
      'predict: expected inputs to be an Examples, a tensor [N, T, D] or a Float32Array, got an array. Pass bare values as new Float32Array(values).',
    ],
    [
      trainer.predict(undefined as unknown as Float32Array),
      'predict: expected inputs to be an Examples, a tensor [N, T, D] or a Float32Array, got undefined. Pass bare values as new Float32Array(values).',
    ],
    [
      trainer.evaluate([[1, 2]] as unknown as Examples),
      'evaluate: expected examples to be an Examples, got an array. A Dataset of @rnn/datasets is one.',
    ],
    [
      trainer.fit(undefined as unknown as Examples, { steps: 1, batchSize: 4 }),
      'fit: expected examples to be an Examples, got undefined. A Dataset of @rnn/datasets is one.',
    ],
    [
      trainer.fit(examples, { batchSize: 4 }),
      'fit: expected one of steps, epochs, maxSteps, maxEpochs, got none of them',
    ],
    [
      trainer.fit(examples, { steps: 1, batchSize: 4, validateEvery: 1 }),
      'fit: expected a validation with validateEvery, got none',
    ],
    [
      trainer.fit(examples, { steps: 1, batchSize: 4, validation: examples, validateEvery: 0 }),
      'fit: expected validateEvery to be a positive integer, got 0',
    ],
    [trainer.evaluate(examples, { batchSize: 0 }), 'evaluate: expected batchSize to be a positive integer, got 0'],
    [
      trainer.evaluate({ ...examples, size: 0 }),
      'evaluate: expected examples to hold at least one example, got a set of size 0',
    ],
    [trainer.predict(examples, { batchSize: 0.5 }), 'predict: expected batchSize to be a positive integer, got 0.5'],
    [
      trainer.predict(Float32Array.of(1, 2)),
      'predict: expected a shape for the values, got none. Pass inputShape: [T, D], or a tensor.',
    ],
    [
      trainer.predict(Float32Array.of(1, 2, 3), { inputShape: [2, 1] }),
      'predict: expected inputs to hold whole examples of shape [2, 1], 2 values each, got 3 values',
    ],
    [trainer.predict({ ...examples, size: 0 }), 'predict: expected at least one example, got 0'],
    [
      trainer.fit({ ...examples, inputShape: [2] }, { steps: 1, batchSize: 4 }),
      'sequenceClassifier.build: expected inputShape to be [T, D], both above 0, got [2]',
    ],
  ];
  for (const [call, text] of refused) {
    const error = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as ArgumentError).message).toBe(text);
  }
  expect(trainer.model.variables.size).toBe(0);
});

test('a metric or a loss of many numbers is told', async () => {
  const many = (logits: Tensor2D) => logits as unknown as Scalar;
  const odd = new Trainer(classifier(), { loss: softmaxCrossEntropy, optimizer: adam(), metrics: { odd: many } });
  await expect(odd.evaluate(largerStep(8))).rejects.toThrow(
    'Trainer: expected metric odd to be one number, of shape [], got [8, 2]',
  );
  const wide = new Trainer(odd.model, { loss: many, optimizer: adam() });
  await expect(wide.evaluate(largerStep(8))).rejects.toThrow(
    'Trainer: expected the loss to be one number, of shape []',
  );
  odd.dispose();
});

test('lengths that do not fit are told, and nothing is left behind', async () => {
  const trainer = classifierTrainer(1);
  const examples = largerStep(10);
  const wrong: Examples = {
    ...examples,
    *batches(request) {
      for (const batch of examples.batches(request)) yield { ...batch, lengths: new Int32Array(batch.size).fill(3) };
    },
  };
  await expectNoLeakAsync(async () => {
    for (const act of [
      trainer.fit(wrong, { steps: 1, batchSize: 5 }),
      trainer.evaluate(wrong),
      trainer.predict(wrong),
    ]) {
      await expect(act).rejects.toThrow('sequenceLength to hold integers from 0 to 2, got 3 in row 0');
    }
  });
  trainer.dispose();
});

test('a clipNorm that is none is told', () => {
  const options = { loss: softmaxCrossEntropy, optimizer: adam(), clipNorm: 0 };
  expect(() => new Trainer(classifier(), options)).toThrow(
    'Trainer: expected clipNorm to be a finite number above 0, got 0',
  );
});
