import { add, memory, mul, type Scalar, sum, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeakAsync } from 'testing';
import { expect, test } from 'vitest';
import type { ExampleBatch } from '../examples';
import { largerStep, sumOfSteps } from '../examples-of.fixture';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { accuracy } from '../metrics/accuracy';
import { runningSumCell } from '../models/running-sum-cell.fixture';
import { sequenceRegressor } from '../models/sequence-regressor';
import { adam } from '../optimizers/adam';
import { gradientDescent } from '../optimizers/gradient-descent';
import { classifier, weightsOf } from './classifier-trainer.fixture';
import { Trainer } from './trainer';
import type { TrainingCallback } from './training-callback';

for (const [title, small, large] of [
  ['batches of one size', { batchSize: 5, accumulate: 4 }, { batchSize: 20 }],
  [
    'a short last batch',
    { batchSize: 6, accumulate: 3, dropRemainder: false },
    { batchSize: 18, dropRemainder: false },
  ],
] as const) {
  test(`accumulated gradients update as those of the large batch do, to rounding: ${title}`, async () => {
    const run = async (size: typeof small | typeof large) => {
      const trainer = new Trainer(classifier(), {
        ...{ loss: softmaxCrossEntropy, optimizer: adam(0.02), metrics: { accuracy }, seed: 1, clipNorm: 0.1 },
      });
      const reports: { step: number; epoch: number; loss: number; accuracy: number | undefined }[] = [];
      const callback: TrainingCallback = {
        onReport: ({ step, epoch, loss, metrics }) =>
          void reports.push({ step, epoch, loss, accuracy: metrics.accuracy }),
      };
      const { steps, epochs } = await trainer.fit(largerStep(50), {
        ...{ ...size, epochs: 3, reportEvery: 1, callbacks: [callback] },
      });
      const weights = weightsOf(trainer);
      trainer.dispose();
      return { steps, epochs, reports, weights };
    };
    const [parts, whole] = [await run(small), await run(large)];
    expect([parts.steps, parts.epochs]).toEqual([whole.steps, whole.epochs]);
    expectClose(parts.weights, whole.weights, 1e-5);
    expectClose(
      parts.reports.map(({ loss }) => loss),
      whole.reports.map(({ loss }) => loss),
      1e-5,
    );
    const rest = ({ reports }: typeof whole) => reports.map(({ step, epoch, accuracy: share }) => [step, epoch, share]);
    expect(rest(parts)).toEqual(rest(whole));
  });
}

test('accumulation never runs the model on more than batchSize examples, and keeps nothing from step to step', async () => {
  const model = classifier();
  let [most, mostBytes] = [0, 0];
  const trainer = new Trainer(model, {
    ...{ optimizer: adam(0.02), seed: 1 },
    forward(inputs, targets) {
      const predictions = model.apply(inputs);
      [most, mostBytes] = [Math.max(most, inputs.shape[0]), Math.max(mostBytes, memory().numBytes)];
      return { predictions, loss: softmaxCrossEntropy(predictions, targets) };
    },
  });
  const peak = async (options: { batchSize: number; accumulate?: number }) => {
    await trainer.fit(largerStep(400), { steps: 1, ...options });
    [most, mostBytes] = [0, 0];
    const seen = new Set<string>();
    const watch: TrainingCallback = {
      onStep: () => void seen.add(`${memory().numTensors} tensors, ${memory().numBytes} bytes`),
    };
    await expectNoLeakAsync(() => trainer.fit(largerStep(400), { steps: 6, ...options, callbacks: [watch] }));
    expect(seen.size).toBe(1);
    return { most, mostBytes };
  };
  const [parts, whole] = [await peak({ batchSize: 20, accumulate: 20 }), await peak({ batchSize: 400 })];
  expect([parts.most, whole.most]).toEqual([20, 400]);
  expect(parts.mostBytes).toBeLessThan(whole.mostBytes);
  trainer.dispose();
});

test('a variable that only some parts of a batch touch is updated by its share', async () => {
  // The second variable is in the loss of parts that begin with a positive input alone.
  const model = sequenceRegressor({ cell: runningSumCell(1), outputs: 1, kernelInitializer: () => Float32Array.of(3) });
  const trainer = new Trainer(model, {
    optimizer: gradientDescent(1),
    forward(inputs, targets) {
      const [kernel, bias] = [...model.variables.values()] as Tensor[] as [Tensor, Tensor];
      const first = inputs.dataSync()[0] as number;
      const loss = (first > 0 ? add(sum(kernel), mul(sum(bias), 4)) : sum(kernel)) as Scalar;
      return { predictions: targets as Tensor2D, loss };
    },
  });
  const examples = sumOfSteps(8);
  const [{ inputs }] = [...examples.batches({ batchSize: 8 })] as [ExampleBatch];
  const touched = [0, 1, 2, 3].filter((part) => (inputs[4 * part] as number) > 0).length;
  expect(touched).toBeGreaterThan(0);
  expect(touched).toBeLessThan(4);
  await trainer.fit(examples, { steps: 1, batchSize: 2, accumulate: 4, shuffle: false });
  expectClose(weightsOf(trainer), [3 - 1, -touched]);
  trainer.dispose();
});
