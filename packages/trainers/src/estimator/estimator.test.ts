import { BasicLSTMCell } from '@rnn/cells';
import { memory, mul, reshape, type Scalar, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { expectNoLeakAsync } from 'testing';
import { expect, test } from 'vitest';
import { largerStep, paddedWith, sumOfSteps } from '../examples-of.fixture';
import { meanSquaredError } from '../losses/mean-squared-error';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { accuracy } from '../metrics/accuracy';
import type { Model } from '../models/model';
import { sequenceClassifier } from '../models/sequence-classifier';
import { sequenceRegressor } from '../models/sequence-regressor';
import { adagrad } from '../optimizers/adagrad';
import { adam } from '../optimizers/adam';
import { gradientDescent } from '../optimizers/gradient-descent';
import { momentum } from '../optimizers/momentum';
import type { Optimizer } from '../optimizers/optimizer';
import { rmsProp } from '../optimizers/rms-prop';
import { exponentialDecay } from '../schedules/exponential-decay';
import type { TrainingState } from '../state/training-state';
import { Trainer } from '../trainer/trainer';
import type { TrainingCallback } from '../trainer/training-callback';
import { Estimator } from './estimator';
import type { ModelFn, ModelFnOps } from './model-fn';
import { type OptimizeLossOptions, optimizeLoss } from './optimize-loss';

const regressor = () => sequenceRegressor({ cell: new BasicLSTMCell(4), outputs: 1 });
const weightsOf = (model: Model) => [...model.variables.values()].flatMap((v) => [...v.dataSync()]);
const fitOptions = { steps: 6, batchSize: 10, reportEvery: 1 };

/** Predicts the sum of the steps; both sides flattened, as programs of TensorFlow 1 like to. */
const modelFnOf =
  (model: Model, options: OptimizeLossOptions): ModelFn =>
  (features, labels) => {
    const predictions = model.apply(features);
    if (labels === undefined) return { predictions };
    const loss = meanSquaredError(reshape(predictions, [-1]), reshape(labels, [-1]));
    return { predictions, loss, trainOp: optimizeLoss(loss, options) };
  };

async function estimated(options: OptimizeLossOptions) {
  const model = regressor();
  const estimator = new Estimator({ model, modelFn: modelFnOf(model, options), seed: 3 });
  const { loss } = await estimator.fit(sumOfSteps(35), fitOptions);
  const { loss: onTest } = await estimator.evaluate(sumOfSteps(23, 9));
  const end = { loss, onTest, predicted: await estimator.predict(sumOfSteps(23, 9)), weights: weightsOf(model) };
  estimator.dispose();
  return end;
}

async function trained(optimizer: Optimizer, clipNorm?: number) {
  const model = regressor();
  const options = { loss: meanSquaredError, optimizer, seed: 3 };
  const trainer = new Trainer(model, { ...options, ...(clipNorm !== undefined && { clipNorm }) });
  const { loss } = await trainer.fit(sumOfSteps(35), fitOptions);
  const { loss: onTest } = await trainer.evaluate(sumOfSteps(23, 9));
  const end = { loss, onTest, predicted: await trainer.predict(sumOfSteps(23, 9)), weights: weightsOf(model) };
  trainer.dispose();
  return end;
}

test('modelFn is told the lengths of padded sequences in every mode', async () => {
  const run = async (padding: number) => {
    const model = regressor();
    const modelFn: ModelFn = (features, labels, _mode, _params, sequenceLength) => {
      const predictions = model.apply(features, { sequenceLength });
      if (labels === undefined) return { predictions };
      const loss = meanSquaredError(predictions, labels);
      return { predictions, loss, trainOp: optimizeLoss(loss, { optimizer: 'Adam', learningRate: 0.1 }) };
    };
    const estimator = new Estimator({ model, modelFn, seed: 3 });
    const examples = paddedWith(padding, sumOfSteps(35));
    const { loss } = await estimator.fit(examples, fitOptions);
    const measured = await estimator.evaluate(examples);
    const end = { loss, measured, predicted: await estimator.predict(examples), weights: weightsOf(model) };
    estimator.dispose();
    return end;
  };
  expect(await run(1000)).toEqual(await run(0));
});

test.each([
  ['Adagrad', adagrad(0.1)],
  ['Adam', adam(0.1)],
  ['Momentum', momentum(0.1, 0.9)],
  ['RMSProp', rmsProp(0.1)],
  ['SGD', gradientDescent(0.1)],
] as const)('with %s it gives what a Trainer of the same parts gives, to the bit', async (optimizer, itself) => {
  await expectNoLeakAsync(async () => {
    const got = await estimated({ optimizer, learningRate: 0.1 });
    expect(got).toEqual(await trained(itself));
    expect(got.loss.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(got.predicted.length).toBe(23);
  });
});

test('an optimiser may be made by a function, which is called once', async () => {
  const rates: number[] = [];
  const optimizer = (rate: number) => {
    rates.push(rate);
    return adagrad(rate, { initialAccumulatorValue: 0.5 });
  };
  expect(await estimated({ optimizer, learningRate: 0.2 })).toEqual(
    await trained(adagrad(0.2, { initialAccumulatorValue: 0.5 })),
  );
  expect(rates).toEqual([0.2]);
});

test('clipGradients clips by the global norm, as a Trainer’s clipNorm', async () => {
  const clipped = await estimated({ optimizer: 'SGD', learningRate: 1, clipGradients: 0.01 });
  expect(clipped).toEqual(await trained(gradientDescent(1), 0.01));
  expect(clipped).not.toEqual(await trained(gradientDescent(1)));
});

test('learningRate may be a schedule, as an optimiser’s, also of a run that goes on from a state', async () => {
  const halving = exponentialDecay(0.2, { decaySteps: 2, decayRate: 0.5, staircase: true });
  const scheduled = await estimated({ optimizer: 'Adagrad', learningRate: halving });
  expect(scheduled).toEqual(await trained(adagrad(halving)));
  expect(scheduled).not.toEqual(await trained(adagrad(0.2)));

  const model = regressor();
  const modelFn = modelFnOf(model, { optimizer: 'Adagrad', learningRate: halving });
  const states: TrainingState[] = [];
  const keeps: TrainingCallback = { onStepEnd: async ({ trainer }) => void states.push(await trainer.state()) };
  const first = new Estimator({ model, modelFn, seed: 3 });
  await first.fit(sumOfSteps(35), { ...fitOptions, steps: 3, callbacks: [keeps] });
  first.dispose();
  const second = new Estimator({ model, modelFn, seed: 3 });
  second.restore(states[2] as TrainingState);
  await second.fit(sumOfSteps(35), { batchSize: 10, reportEvery: 1, maxSteps: 6 });
  expect(weightsOf(model)).toEqual(scheduled.weights);
  second.dispose();
});

test('of a schedule and a learningRateDecayFn the second takes the rate of the first', async () => {
  const halving = exponentialDecay(0.2, { decaySteps: 2, decayRate: 0.5, staircase: true });
  const both = { learningRate: halving, learningRateDecayFn: (rate: number, step: number) => rate / (1 + step) };
  const rates = Array.from({ length: 6 }, (_, step) => (0.2 * 0.5 ** Math.floor(step / 2)) / (1 + step));
  const listed = (step: number) => rates[step] as number;
  expect(await estimated({ optimizer: 'Adagrad', ...both })).toEqual(await trained(adagrad(listed)));
});

test('learningRateDecayFn gives each update its rate, from the rate and the number of updates before', async () => {
  const asked: [number, number][] = [];
  const learningRateDecayFn = (rate: number, step: number) => {
    asked.push([rate, step]);
    return step < 2 ? rate : 0;
  };
  const model = regressor();
  const modelFn = modelFnOf(model, { optimizer: 'SGD', learningRate: 0.5, learningRateDecayFn });
  const estimator = new Estimator({ model, modelFn, seed: 3 });
  const fit = (steps: number) => estimator.fit(sumOfSteps(35), { steps, batchSize: 10 });
  await fit(2);
  const weights = weightsOf(model);
  await fit(2);
  expect(weightsOf(model)).toEqual(weights);
  expect(asked).toEqual([
    [0.5, 0],
    [0.5, 1],
    [0.5, 2],
    [0.5, 3],
  ]);
  expect(estimator.globalStep).toBe(4);
  estimator.dispose();
});

test('modelFn is called to train and to evaluate with labels, to predict without, and always with params', async () => {
  const model = regressor();
  const calls: unknown[] = [];
  const estimator = new Estimator({
    model,
    params: { scale: 2 },
    modelFn(features, labels, mode, params) {
      calls.push([mode, features.shape, labels?.shape, params]);
      const predictions = mul<Tensor2D>(model.apply(features), params.scale);
      if (labels === undefined) return { predictions };
      const loss = meanSquaredError(predictions, labels);
      return { predictions, loss, trainOp: optimizeLoss(loss, { optimizer: 'Adam', learningRate: 0.01 }) };
    },
    seed: 1,
  });
  await estimator.fit(sumOfSteps(20), { steps: 1, batchSize: 10 });
  await estimator.evaluate(sumOfSteps(7));
  const predicted = await estimator.predict(sumOfSteps(3));
  const params = { scale: 2 };
  expect(calls).toEqual([
    ['train', [10, 2, 1], [10, 1], params],
    ['eval', [7, 2, 1], [7, 1], params],
    ['infer', [3, 2, 1], undefined, params],
  ]);
  const bare = new Trainer(model, { loss: meanSquaredError, optimizer: adam() });
  expect([...predicted]).toEqual([...(await bare.predict(sumOfSteps(3)))].map((value) => 2 * value));
  estimator.dispose();
});

test('it learns, and evaluate measures the metrics beside the loss', async () => {
  const model = sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 2 });
  const estimator = new Estimator({
    model,
    modelFn(features, labels) {
      const predictions = model.apply(features);
      if (labels === undefined) return { predictions };
      const loss = softmaxCrossEntropy(predictions, labels);
      return { predictions, loss, trainOp: optimizeLoss(loss, { optimizer: 'Adam', learningRate: 0.02 }) };
    },
    metrics: { accuracy },
    seed: 1,
  });
  const { validation } = await estimator.fit(largerStep(400), {
    ...{ epochs: 15, batchSize: 40, validation: largerStep(200, 9) },
  });
  const onTest = await estimator.evaluate(largerStep(200, 9));
  expect(onTest.accuracy).toBeGreaterThan(0.9);
  expect(validation).toEqual(onTest);
  estimator.dispose();
});

test('the same seed gives the same numbers; after dispose it begins anew', async () => {
  const model = regressor();
  const modelFn = modelFnOf(model, { optimizer: 'Adagrad', learningRate: 0.1 });
  const run = async (seed: number) => {
    const estimator = new Estimator({ model, modelFn, seed });
    const { loss } = await estimator.fit(sumOfSteps(35), fitOptions);
    estimator.dispose();
    return loss;
  };
  const first = await run(3);
  expect(await run(3)).toEqual(first);
  expect(await run(4)).not.toEqual(first);
});

const options = { optimizer: 'SGD', learningRate: 0.1 } as const;
const missing: [string, (ops: Required<ModelFnOps>) => object, string][] = [
  ['no trainOp', ({ predictions, loss }) => ({ predictions, loss }), 'predictions, loss'],
  ['no loss', ({ predictions, trainOp }) => ({ predictions, trainOp }), 'predictions, trainOp'],
  ['nothing', () => ({}), 'none of them'],
];
test.each(missing)('a modelFn that gives %s to train is told, and the model is as new', async (_, part, got) => {
  const model = regressor();
  const modelFn = modelFnOf(model, options);
  const lacking: ModelFn = (...batch) => part(modelFn(...batch) as Required<ModelFnOps>) as ModelFnOps;
  const estimator = new Estimator({ model, modelFn: lacking });
  const fit = () => estimator.fit(sumOfSteps(20), { steps: 1, batchSize: 10 });
  await expect(expectNoLeakAsync(fit)).rejects.toThrow(
    `Estimator: expected modelFn to return predictions, loss, trainOp in mode 'train', got ${got}`,
  );
  expect(model.variables.size).toBe(0);
});

test('a modelFn that gives no loss to evaluate or no predictions to predict is told', async () => {
  const model = regressor();
  const estimator = new Estimator({
    model,
    modelFn: (features, _labels, mode) =>
      (mode === 'infer' ? undefined : { predictions: model.apply(features) }) as ModelFnOps,
  });
  await expect(expectNoLeakAsync(() => estimator.evaluate(sumOfSteps(4)))).rejects.toThrow(
    "Estimator: expected modelFn to return predictions, loss in mode 'eval', got predictions",
  );
  await expect(expectNoLeakAsync(() => estimator.predict(sumOfSteps(4)))).rejects.toThrow(
    "Estimator: expected modelFn to return predictions in mode 'infer', got none of them",
  );
});

test('a trainOp of another loss than the one returned is refused', async () => {
  const model = regressor();
  const modelFn = modelFnOf(model, options);
  const estimator = new Estimator({
    model,
    modelFn: (...batch) => {
      const ops = modelFn(...batch);
      return { ...ops, loss: mul<Scalar>(ops.loss as Tensor, 2) };
    },
  });
  const fit = () => estimator.fit(sumOfSteps(20), { steps: 1, batchSize: 10 });
  await expect(expectNoLeakAsync(fit)).rejects.toThrow(
    'Estimator: expected trainOp to be optimizeLoss of the loss that modelFn returns, got that of another',
  );
});

test('a rate that decays to no number is told, and a modelFn that throws leaves nothing', async () => {
  const model = regressor();
  const nan = modelFnOf(model, { ...options, learningRateDecayFn: () => Number.NaN });
  const broken: ModelFn = (features) => {
    model.apply(features);
    throw new Error('broken');
  };
  for (const [modelFn, text] of [
    [
      modelFnOf(model, { ...options, learningRate: () => -1 }),
      'optimizeLoss: expected the learningRate of step 0 to be a finite number of at least 0, got -1',
    ],
    [nan, 'GradientDescent: expected learningRate to be a finite number of at least 0, got NaN'],
    [broken, 'broken'],
  ] as const) {
    const estimator = new Estimator({ model, modelFn });
    const fit = () => estimator.fit(sumOfSteps(20), { steps: 1, batchSize: 10 });
    await expect(expectNoLeakAsync(fit)).rejects.toThrow(text);
  }
});

test('arguments that do not fit are told', () => {
  const model = regressor();
  const modelFn = modelFnOf(model, options);
  const { numTensors } = memory();
  expect(() => new Estimator({ model: {} as Model, modelFn })).toThrow(
    'Estimator: expected model.build to be a function, got undefined. ' +
      'It has the weights; sequenceClassifier and sequenceRegressor make models.',
  );
  expect(() => new Estimator({ model, modelFn: 'lstm' as unknown as ModelFn })).toThrow(
    "Estimator: expected modelFn to be a function, got 'lstm'",
  );
  // @ts-expect-error its modelFn reads params, and there are none.
  new Estimator({
    model,
    modelFn: (features, _labels, _mode, params: { n: number }) => ({ predictions: model.apply(features), n: params.n }),
  });
  expect(memory().numTensors).toBe(numTensors);
});
