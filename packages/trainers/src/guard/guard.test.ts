import { BasicLSTMCell } from '@rnn/cells';
import { add, mul, type Scalar, sqrt, square, sum, tensor, tensor1d, tidy, type Variable } from '@tensorflow/tfjs-core';
import { expectNoLeakAsync } from 'testing';
import { expect, test } from 'vitest';
import { Estimator } from '../estimator/estimator';
import { optimizeLoss } from '../estimator/optimize-loss';
import type { Examples } from '../examples';
import { largerStep } from '../examples-of.fixture';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import type { Model } from '../models/model';
import { sequenceClassifier } from '../models/sequence-classifier';
import { adam } from '../optimizers/adam';
import { gradientDescent } from '../optimizers/gradient-descent';
import type { FitOptions } from '../trainer/fit-options';
import { Trainer } from '../trainer/trainer';
import { NotFiniteError } from './not-finite-error';

const bias = 'rnn/basic_lstm_cell/bias';

/** A trainer to whose loss is added, at its third step, what `extra` makes of a variable. */
function trainerWith(extra: (bias: Variable) => Scalar, optimizer = adam(0.02)): Trainer {
  const model = sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 2 });
  const trainer: Trainer = new Trainer(model, {
    ...{ optimizer, seed: 1 },
    forward(inputs, labels) {
      const predictions = model.apply(inputs);
      const loss = softmaxCrossEntropy(predictions, labels);
      if (trainer.step !== 2) return { predictions, loss };
      return { predictions, loss: add<Scalar>(loss, extra(model.variables.get(bias) as Variable)) };
    },
  });
  return trainer;
}

const weightsOf = ({ model }: { model: Model }) => [...model.variables.values()].flatMap((v) => [...v.dataSync()]);
/** The root of zero has no slope, so that a loss of 0 comes with gradients of NaN. */
const rootOfZero = (of: Variable) => sqrt(sum(square(mul(of, 0)))) as Scalar;
const nothing = () => sum(tensor1d([0])) as Scalar;

async function failure(run: Promise<unknown>): Promise<NotFiniteError> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NotFiniteError);
  return error as NotFiniteError;
}

const fit = (trainer: Trainer, options: Partial<FitOptions> = {}, examples = largerStep(8)) =>
  trainer.fit(examples, { steps: 5, batchSize: 4, ...options });

test('a gradient that is not finite ends the fit with the step and the variable, and the weights of the step before', async () => {
  for (const accumulate of [1, 2]) {
    const [sick, sound] = [trainerWith(rootOfZero), trainerWith(nothing)];
    await fit(sick, { steps: 1, accumulate });
    await fit(sound, { steps: 2, accumulate });
    const error = await failure(expectNoLeakAsync<unknown>(() => fit(sick, { accumulate })));
    expect(error.message).toBe(
      `fit: expected a finite gradient of ${bias} at step 3, got NaN. The update was not made: the weights are those of step 2. A smaller learning rate or clipNorm may help.`,
    );
    expect(error).toMatchObject({ step: 3, variable: bias, got: Number.NaN, isUpdated: false });
    expect(weightsOf(sick)).toEqual(weightsOf(sound));
    expect([sick.step, sick.optimizer.iterations]).toEqual([2, 2]);
    for (const trainer of [sick, sound]) trainer.dispose();
  }
});

test('with clipNorm, which would make every gradient NaN, it still names the one that is', async () => {
  const model = sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 2 });
  const trainer = new Trainer(model, {
    loss: (logits, labels) => {
      const kernel = model.variables.get('dense/kernel') as Variable;
      return add<Scalar>(softmaxCrossEntropy(logits, labels), rootOfZero(kernel));
    },
    ...{ optimizer: adam(), clipNorm: 1 },
  });
  expect((await failure(fit(trainer))).variable).toBe('dense/kernel');
});

test('finite gradients whose squares overflow, which clipping makes NaN, end the fit before the update too', async () => {
  const model = () => sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 2 });
  const steep = (loss: Scalar, weights: Model, isSteep: boolean): Scalar => {
    const kernel = weights.variables.get('dense/kernel') as Variable;
    return isSteep ? add<Scalar>(loss, mul(sum(kernel), 1e25)) : loss;
  };
  const [clipped, estimated] = [model(), model()];
  const trainer: Trainer = new Trainer(clipped, {
    loss: (logits, labels) => steep(softmaxCrossEntropy(logits, labels), clipped, trainer.step === 2),
    ...{ optimizer: adam(0.02), clipNorm: 1, seed: 1 },
  });
  const estimator: Estimator = new Estimator({
    model: estimated,
    modelFn(features, labels) {
      const predictions = estimated.apply(features);
      if (labels === undefined) return { predictions };
      const loss = steep(softmaxCrossEntropy(predictions, labels), estimated, estimator.globalStep === 2);
      return { predictions, loss, trainOp: optimizeLoss(loss, { ...clip, optimizer: 'Adam', learningRate: 0.02 }) };
    },
    seed: 1,
  });
  const clip = { clipGradients: 1 };
  for (const [program, weights] of [
    [trainer, clipped],
    [estimator, estimated],
  ] as const) {
    await program.fit(largerStep(8), { steps: 2, batchSize: 4 });
    const before = weightsOf({ model: weights });
    const error = await failure(
      expectNoLeakAsync<unknown>(() => program.fit(largerStep(8), { steps: 5, batchSize: 4 })),
    );
    expect(error.message).toBe(
      'fit: expected a finite gradient of dense/kernel, after clipping, at step 3, got NaN. The update was not made: the weights are those of step 2. A smaller learning rate or clipNorm may help. Before, it is the largest of all.',
    );
    expect(error).toMatchObject({ step: 3, variable: 'dense/kernel', got: Number.NaN, isUpdated: false });
    expect(weightsOf({ model: weights })).toEqual(before);
    await program.fit(largerStep(8), { steps: 2, batchSize: 4, stopAtNaN: false });
    expect(weightsOf({ model: weights }).every(Number.isNaN)).toBe(true);
    program.dispose();
  }
});

test('where only the loss is not finite it says so', async () => {
  const trainer = trainerWith(() => sum(tensor1d([Infinity])) as Scalar);
  const error = await failure(fit(trainer));
  expect(error.message).toContain('fit: expected a finite loss at step 3, got Infinity. The update was not made');
  expect(error.variable).toBeUndefined();
  trainer.dispose();
});

test('inputs that are not finite are named as the cause, and targets', async () => {
  const examples = largerStep(8);
  const withNaN = (what: 'inputs' | 'targets'): Examples => ({
    ...examples,
    *batches(request) {
      for (const batch of examples.batches(request))
        yield { ...batch, [what]: Float32Array.from(batch[what], (value, i) => (i === 3 ? Number.NaN : value)) };
    },
  });
  for (const what of ['inputs', 'targets'] as const) {
    const trainer = trainerWith(nothing);
    const { message } = await failure(expectNoLeakAsync<unknown>(() => fit(trainer, {}, withNaN(what))));
    expect(message).toBe(
      `fit: expected a finite gradient of ${bias.replace('bias', 'kernel')} at step 1, got NaN. The update was not made: the weights are those of step 0. The batch's ${what} hold NaN.`,
    );
    trainer.dispose();
  }
});

test('a weight that is not finite before the update is named rather than the gradients that follow from it', async () => {
  const trainer = trainerWith(nothing);
  await fit(trainer, { steps: 2 });
  const kernel = trainer.model.variables.get('dense/kernel') as Variable;
  const values = kernel.dataSync().slice();
  values[3] = Number.NaN;
  tidy(() => kernel.assign(tensor(values, kernel.shape)));
  const error = await failure(fit(trainer));
  expect(error.message).toContain('fit: expected finite weights dense/kernel at step 3, got NaN. The update was not');
  trainer.dispose();
});

test('weights that the last update made infinite end the fit too', async () => {
  const trainer = trainerWith(nothing, gradientDescent(1e300));
  const error = await failure(fit(trainer, { steps: 1 }));
  expect(error.message).toMatch(
    /^fit: expected finite weights .* at step 1, got (NaN|-?Infinity)\. A smaller learning rate/,
  );
  expect(error.isUpdated).toBe(true);
  expect(trainer.step).toBe(1);
  trainer.dispose();
});

test('with stopAtNaN: false training goes on', async () => {
  const trainer = trainerWith(rootOfZero);
  await fit(trainer, { stopAtNaN: false });
  expect(trainer.step).toBe(5);
  expect(weightsOf(trainer).some(Number.isNaN)).toBe(true);
  trainer.dispose();
});
