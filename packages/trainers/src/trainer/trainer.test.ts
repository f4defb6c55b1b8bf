import {
  ArgumentError,
  BasicLSTMCell,
  DropoutWrapper,
  GRUCell,
  LayerNormBasicLSTMCell,
  LSTMCell,
  MultiRNNCell,
  ResidualWrapper,
  trainableInitialState,
} from '@rnn/cells';
import {
  add,
  memory,
  mul,
  type Scalar,
  sum,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tensor3d,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeakAsync } from 'testing';
import { expect, expectTypeOf, test } from 'vitest';
import type { ExampleBatch, Examples } from '../examples';
import { largerStep, paddedWith, sumOfSteps } from '../examples-of.fixture';
import { meanSquaredError } from '../losses/mean-squared-error';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { accuracy } from '../metrics/accuracy';
import type { Model } from '../models/model';
import { runningSumCell } from '../models/running-sum-cell.fixture';
import { sequenceClassifier } from '../models/sequence-classifier';
import { sequenceRegressor } from '../models/sequence-regressor';
import { adam } from '../optimizers/adam';
import { gradientDescent } from '../optimizers/gradient-descent';
import { Trainer } from './trainer';
import type { TrainingCallback, TrainingRun } from './training-callback';

const classifier = () => sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 2 });

function classifierTrainer(seed?: number) {
  return new Trainer(classifier(), { loss: softmaxCrossEntropy, optimizer: adam(0.02), metrics: { accuracy }, seed });
}

const weightsOf = ({ model }: { model: Model }) => [...model.variables.values()].flatMap((v) => [...v.dataSync()]);

test('a classifier learns which of two steps held the larger value', async () => {
  const trainer = classifierTrainer(1);
  const before = await trainer.evaluate(largerStep(200, 9));
  const result = await trainer.fit(largerStep(400), { epochs: 15, batchSize: 40, validation: largerStep(200, 9) });
  const after = await trainer.evaluate(largerStep(200, 9));
  expect(after.loss).toBeLessThan(before.loss / 2);
  expect(after.accuracy).toBeGreaterThan(0.9);
  expect(result.validation).toEqual(after);
  trainer.dispose();
});

test('a regressor learns the sum of its steps', async () => {
  const model = sequenceRegressor({ cell: new GRUCell(8), outputs: 1 });
  const trainer = new Trainer(model, { loss: meanSquaredError, optimizer: adam(0.02), seed: 1 });
  const before = await trainer.evaluate(sumOfSteps(200, 9));
  await trainer.fit(sumOfSteps(400), { steps: 150, batchSize: 40 });
  const after = await trainer.evaluate(sumOfSteps(200, 9));
  expect(after.loss).toBeLessThan(before.loss / 10);
  trainer.dispose();
});

test('what stands in padding changes nothing: training, in parts too, evaluation and prediction are the same to the bit', async () => {
  const run = async (padding: number, withLengths = true) => {
    const model = sequenceRegressor({ cell: new GRUCell(4), backwardCell: new BasicLSTMCell(3), outputs: 1 });
    const trainer = new Trainer(model, { loss: meanSquaredError, optimizer: adam(0.02), seed: 1 });
    const padded = paddedWith(padding, sumOfSteps(60));
    const examples: Examples = {
      ...padded,
      *batches(request) {
        for (const { lengths, ...batch } of padded.batches(request)) yield withLengths ? { ...batch, lengths } : batch;
      },
    };
    const { loss } = await trainer.fit(examples, { steps: 4, batchSize: 10, accumulate: 3, reportEvery: 1 });
    const measured = await trainer.evaluate(examples);
    const end = { loss, measured, predicted: await trainer.predict(examples), weights: weightsOf(trainer) };
    trainer.dispose();
    return end;
  };
  expect(await run(1000)).toEqual(await run(0));
  expect(await run(1000, false)).not.toEqual(await run(0, false)); // without lengths it would have
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

test('with clipNorm no update is longer than the rate times that, and a loose one changes nothing', async () => {
  const run = async (clipNorm?: number) => {
    const options = { loss: softmaxCrossEntropy, optimizer: gradientDescent(1), seed: 5 };
    const trainer = new Trainer(classifier(), { ...options, ...(clipNorm !== undefined && { clipNorm }) });
    await trainer.evaluate(largerStep(10));
    const before = weightsOf(trainer);
    await trainer.fit(largerStep(50), { steps: 1, batchSize: 50 });
    const moves = weightsOf(trainer).map((w, k) => w - (before[k] as number));
    trainer.dispose();
    return moves;
  };
  const free = await run();
  const length = Math.hypot(...free);
  expect(await run(length * 2)).toEqual(free);
  const clipped = await run(length / 4);
  expectClose(
    clipped,
    free.map((move) => move / 4),
    1e-5,
  );
  await expectNoLeakAsync(() => run(length / 4));
});

test('a clipNorm that is none is told', () => {
  const options = { loss: softmaxCrossEntropy, optimizer: adam(), clipNorm: 0 };
  expect(() => new Trainer(classifier(), options)).toThrow(
    'Trainer: expected clipNorm to be a finite number above 0, got 0',
  );
});

test('with forward it learns from a loss of predictions and inputs, and tells learning from evaluating', async () => {
  const model = classifier();
  const modes: string[] = [];
  const trainer = new Trainer(model, {
    forward(inputs, targets, mode) {
      modes.push(mode);
      const predictions = model.apply(inputs);
      return { predictions, loss: add<Scalar>(softmaxCrossEntropy(predictions, targets), sum(inputs)) };
    },
    ...{ optimizer: adam(0.02), metrics: { accuracy }, seed: 1 },
  });
  const plain = classifierTrainer(1);
  const examples = largerStep(50);
  const run = (each: Trainer<'accuracy'>) => each.fit(examples, { steps: 3, batchSize: 10, reportEvery: 1 });
  const [{ loss }, { loss: plainLoss }] = [await run(trainer), await run(plain)];
  // The sum of the inputs has no gradient by the weights, which are therefore trained alike.
  expect(weightsOf(trainer)).toEqual(weightsOf(plain));
  expect(loss[0]?.value).not.toBe(plainLoss[0]?.value);
  const [onTest, plainOnTest] = [await trainer.evaluate(largerStep(20, 9)), await plain.evaluate(largerStep(20, 9))];
  const total = [...largerStep(20, 9).batches({ batchSize: 20 })].flatMap(({ inputs }) => [...inputs]);
  expect(onTest.accuracy).toBe(plainOnTest.accuracy);
  expectClose([onTest.loss], [plainOnTest.loss + total.reduce((all, x) => all + x, 0)]);
  expect(modes.at(0)).toBe('train');
  expect(modes.at(-1)).toBe('eval');
  for (const each of [trainer, plain]) each.dispose();
});

test('a fit tells its steps, epochs, times and the loss at every report and at the last step', async () => {
  const trainer = classifierTrainer(1);
  const result = await trainer.fit(largerStep(50), { steps: 8, batchSize: 10, reportEvery: 3 });
  expect(result).toMatchObject({ steps: 8, epochs: 1.6 });
  expect(result.loss.map(({ step }) => step)).toEqual([3, 6, 8]);
  expect(result.msPerStep.min).toBeGreaterThan(0);
  expect(result.msPerStep.median).toBeGreaterThanOrEqual(result.msPerStep.min);
  expect(result.seconds).toBeGreaterThan((8 * result.msPerStep.min) / 1000);
  expect(result.sequencesPerSecond).toBeCloseTo(80 / result.seconds);
  expect(result.validation).toBeUndefined();
  expect(trainer.step).toBe(8);
  trainer.dispose();
});

test('two trainers with one seed have the same losses and weights to the bit, with another seed they do not', async () => {
  const run = async (seed: number, shuffle = true) => {
    const trainer = classifierTrainer(seed);
    const { loss } = await trainer.fit(largerStep(50), { steps: 12, batchSize: 10, reportEvery: 1, shuffle });
    const end = { loss, weights: weightsOf(trainer) };
    trainer.dispose();
    return end;
  };
  const first = await run(3);
  expect(await run(3)).toEqual(first);
  const other = await run(4);
  for (const [k, { value }] of first.loss.entries()) expect(other.loss[k]?.value).not.toBe(value);
  expect((await run(3, false)).loss).not.toEqual(first.loss);
});

test('5 steps and 7 more are the same as 12, to the bit', async () => {
  const [whole, parts] = [classifierTrainer(3), classifierTrainer(3)];
  const options = { batchSize: 10, reportEvery: 1 };
  const { loss } = await whole.fit(largerStep(35), { steps: 12, ...options });
  const first = await parts.fit(largerStep(35), { steps: 5, ...options });
  const second = await parts.fit(largerStep(35), { steps: 7, ...options });
  expect([...first.loss, ...second.loss]).toEqual(loss);
  expect(weightsOf(parts)).toEqual(weightsOf(whole));
  whole.dispose();
  parts.dispose();
});

test('a model that is built already keeps its weights; one that is not gets them from the seed', async () => {
  const model = classifier();
  model.build([2, 1], { seed: 1 });
  const built = weightsOf({ model });
  const trainer = new Trainer(model, { loss: softmaxCrossEntropy, optimizer: adam(), seed: 2 });
  await trainer.evaluate(largerStep(4));
  expect(weightsOf(trainer)).toEqual(built);
  const other = classifierTrainer(1);
  await other.evaluate(largerStep(4));
  expect(weightsOf(other)).toEqual(built);
  trainer.dispose();
  other.dispose();
});

test('evaluate is the mean over all examples, also where the last batch is short', async () => {
  const model = sequenceRegressor({ cell: runningSumCell(1) });
  const trainer = new Trainer(model, { loss: meanSquaredError, optimizer: adam(), metrics: { meanSquaredError } });
  const examples = sumOfSteps(23);
  const shifted: Examples = {
    ...examples,
    *batches(request) {
      let row = 0;
      for (const batch of examples.batches(request))
        yield { ...batch, targets: batch.targets.map((t) => t + row++) } as ExampleBatch;
    },
  };
  // The sum of the steps is what the model predicts, so row k is off by k.
  const want = Array.from({ length: 23 }, (_, k) => k ** 2).reduce((sum, square) => sum + square, 0) / 23;
  for (const batchSize of [1, 5, 10, 23, 500]) {
    const { loss, examples: count, meanSquaredError: metric } = await trainer.evaluate(shifted, { batchSize });
    expectClose([loss, metric], [want, want]);
    expect(count).toBe(23);
  }
});

test('predict gives the predictions of all inputs in order, from examples, a tensor or bare values', async () => {
  const trainer = new Trainer(sequenceRegressor({ cell: runningSumCell(2) }), {
    loss: meanSquaredError,
    optimizer: adam(),
  });
  const values = Float32Array.from({ length: 7 * 3 * 2 }, (_, i) => i);
  const want = Array.from({ length: 14 }, (_, i) => [0, 2, 4].reduce((sum, k) => sum + 6 * (i >> 1) + (i % 2) + k, 0));
  const inputs = tensor3d(values, [7, 3, 2]);
  for (const batchSize of [1, 3, 7, 500]) {
    expectClose(await trainer.predict(inputs, { batchSize }), want);
    expectClose(await trainer.predict(values, { batchSize, inputShape: [3, 2] }), want);
  }
  inputs.dispose();
  const sums = sumOfSteps(5);
  const scalar = new Trainer(sequenceRegressor({ cell: runningSumCell(1) }), {
    loss: meanSquaredError,
    optimizer: adam(),
  });
  const [all] = [...sums.batches({ batchSize: 5 })] as [ExampleBatch];
  expectClose(await scalar.predict(sums, { batchSize: 2 }), [...all.targets]);
  await scalar.evaluate(sums);
  expectClose(await scalar.predict(all.inputs), [...all.targets]);
});

test('800 steps are flat in tensors and in bytes, and a fit leaves none behind', async () => {
  const trainer = classifierTrainer(1);
  const seen: string[] = [];
  const watch: TrainingCallback = {
    onStep: ({ step }) => {
      const { numTensors, numBytes } = memory();
      if (step > 1) seen.push(`${numTensors} tensors, ${numBytes} bytes`);
    },
  };
  await trainer.fit(largerStep(16), { steps: 1, batchSize: 8 });
  await expectNoLeakAsync(() => trainer.fit(largerStep(16), { steps: 800, batchSize: 8, callbacks: [watch] }));
  expect(seen.length).toBe(800);
  expect(new Set(seen).size).toBe(1);
  trainer.dispose();
});

test('evaluate and predict leave no tensor behind, and dispose frees the model and the optimiser', async () => {
  const { numTensors } = memory();
  const trainer = classifierTrainer(1);
  await trainer.fit(largerStep(16), { steps: 2, batchSize: 8 });
  await expectNoLeakAsync(() => trainer.evaluate(largerStep(16), { batchSize: 5 }));
  await expectNoLeakAsync(() => trainer.predict(largerStep(16), { batchSize: 5 }));
  trainer.dispose();
  expect(memory().numTensors).toBe(numTensors);
});

const boom = () => {
  throw new Error('boom');
};

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

test('a fit of more steps than anybody waits for begins', async () => {
  const trainer = classifierTrainer();
  const stop: TrainingCallback = { onStep: ({ step }) => (step === 3 ? boom() : undefined) };
  const fit = trainer.fit(largerStep(8), { steps: Number.MAX_SAFE_INTEGER, batchSize: 4, callbacks: [stop] });
  await expect(fit).rejects.toThrow('boom');
  expect(trainer.step).toBe(3);
  trainer.dispose();
});

for (const runner of ['dynamic', 'static'] as const) {
  test(`sequences of one step train with the ${runner} runner`, async () => {
    const two = sumOfSteps(40);
    const one: Examples = { ...two, inputShape: [1, 2] };
    const model = sequenceRegressor({ cell: new GRUCell(4), outputs: 1, runner });
    const trainer = new Trainer(model, { loss: meanSquaredError, optimizer: adam(0.05), seed: 1 });
    const before = await trainer.evaluate(one);
    await trainer.fit(one, { steps: 60, batchSize: 20 });
    expect((await trainer.evaluate(one)).loss).toBeLessThan(before.loss / 5);
    trainer.dispose();
  });
}

/** The losses of the steps of some fits, with outputs dropped by masks that have no seed of their own. */
async function lossesWithDropout(
  seed: number,
  fits = [8],
  between: (trainer: Trainer) => unknown = () => undefined,
): Promise<number[]> {
  const cell = new DropoutWrapper(new LSTMCell(4), { outputKeepProb: 0.5 });
  const trainer = new Trainer(sequenceClassifier({ cell, classes: 2 }), {
    loss: softmaxCrossEntropy,
    optimizer: adam(0.02),
    seed,
  });
  const losses: number[] = [];
  for (const steps of fits) {
    const { loss } = await trainer.fit(largerStep(40), { steps, batchSize: 10, reportEvery: 1 });
    losses.push(...loss.map(({ value }) => value));
    await between(trainer);
  }
  trainer.dispose();
  return losses;
}

test('the masks of a DropoutWrapper without a seed follow from the trainer’s', async () => {
  const first = await lossesWithDropout(3);
  expect(await lossesWithDropout(3)).toEqual(first);
  expect(await lossesWithDropout(3, [5, 3])).toEqual(first);
  const other = await lossesWithDropout(4);
  for (const [k, value] of first.entries()) expect(other[k]).not.toBe(value);
});

test.each(['dynamic', 'static'] as const)(
  'fit drops; evaluate, predict and a validation do not (%s runner)',
  async (runner) => {
    const dropped = { inputKeepProb: 0.7, outputKeepProb: 0.5, stateKeepProb: 0.8 };
    const normalised = new LayerNormBasicLSTMCell(4, { dropoutKeepProb: 0.5 });
    const cell = new MultiRNNCell([
      new DropoutWrapper(new LSTMCell(4), dropped),
      normalised,
      new ResidualWrapper(new DropoutWrapper(new GRUCell(4), dropped)),
    ]);
    const backwardCell = new DropoutWrapper(new GRUCell(3), { ...dropped, variationalRecurrent: true });
    const options = { loss: softmaxCrossEntropy, metrics: { accuracy }, seed: 1 };
    const trainer = new Trainer(sequenceClassifier({ cell, backwardCell, runner, classes: 2 }), {
      ...{ ...options, optimizer: adam(0.02) },
    });
    const examples = largerStep(40);
    const { loss, validation } = await trainer.fit(examples, {
      ...{ steps: 4, batchSize: 40, reportEvery: 1 },
      validation: examples,
    });
    const measured = await trainer.evaluate(examples);
    expect(validation).toEqual(measured);
    expect(await trainer.evaluate(examples)).toEqual(measured);

    const plainCell = new MultiRNNCell([
      new LSTMCell(4),
      new LayerNormBasicLSTMCell(4),
      new ResidualWrapper(new GRUCell(4)),
    ]);
    const plain = new Trainer(
      sequenceClassifier({ cell: plainCell, backwardCell: new GRUCell(3), runner, classes: 2 }),
      {
        ...{ ...options, optimizer: adam(0.02) },
      },
    );
    const undropped = await plain.fit(examples, { steps: 4, batchSize: 40, reportEvery: 1 });
    // The weights are those of one seed, so that nothing but dropout tells the first losses apart.
    expect(Math.abs((loss[0]?.value as number) - (undropped.loss[0]?.value as number))).toBeGreaterThan(1e-3);
    for (const [name, variable] of plain.model.variables) variable.assign(trainer.model.variables.get(name) as Tensor);
    const want = await plain.evaluate(examples);
    expect(measured.loss).toBeCloseTo(want.loss, 5);
    expectClose(await trainer.predict(examples), await plain.predict(examples));
    trainer.dispose();
    plain.dispose();
  },
);

test('to evaluate between two fits changes no mask of the second', async () => {
  const want = await lossesWithDropout(3);
  expect(await lossesWithDropout(3, [5, 3], (trainer) => trainer.evaluate(largerStep(40)))).toEqual(want);
});

test('a trainable initial state is trained, on the fused kernel too', async () => {
  const cell = trainableInitialState(new LSTMCell(4));
  const backwardCell = trainableInitialState(new GRUCell(3));
  const model = sequenceClassifier({ cell, backwardCell, kernel: 'fused', classes: 2 });
  const trainer = new Trainer(model, { loss: softmaxCrossEntropy, optimizer: adam(0.05), seed: 1 });
  const before = await trainer.evaluate(largerStep(100));
  await trainer.fit(largerStep(100), { steps: 20, batchSize: 50 });
  expect((await trainer.evaluate(largerStep(100))).loss).toBeLessThan(before.loss);
  const starts = [...model.variables].filter(([name]) => name.includes('initial_state'));
  expect(starts.map(([name]) => name)).toEqual([
    'bidirectional_rnn/fw/initial_state/c',
    'bidirectional_rnn/fw/initial_state/h',
    'bidirectional_rnn/bw/initial_state',
  ]);
  for (const [, variable] of starts) expect(variable.dataSync().every((value) => value !== 0)).toBe(true);
  await expectNoLeakAsync(async () => void (await trainer.fit(largerStep(100), { steps: 2, batchSize: 50 })));
  trainer.dispose();
  expect(cell.variables.size).toBe(0);
});

test('a model is told what it is applied for', async () => {
  const inner = classifier();
  const seen: (boolean | undefined)[] = [];
  const model: Model = {
    get variables() {
      return inner.variables;
    },
    build: (shape, options) => inner.build(shape, options),
    apply(inputs, options) {
      seen.push(options?.training);
      return inner.apply(inputs, options);
    },
    dispose: () => inner.dispose(),
  };
  const trainer = new Trainer(model, { loss: softmaxCrossEntropy, optimizer: adam(0.02) });
  const examples = largerStep(10);
  await trainer.fit(examples, { steps: 1, batchSize: 10, validation: examples });
  await trainer.evaluate(examples);
  await trainer.predict(examples);
  expect(seen).toEqual([true, false, false, false]);
  trainer.dispose();
});

for (const hook of ['onTrainBegin', 'onStep', 'onReport', 'onEpochEnd', 'onTrainEnd'] as const) {
  test(`when a callback throws in ${hook}, fit ends with that error, nothing stays alive, and every onTrainEnd is called`, async () => {
    const trainer = classifierTrainer();
    await trainer.fit(largerStep(8), { steps: 1, batchSize: 4 });
    let ended = 0;
    const callbacks: TrainingCallback[] = [
      { onTrainEnd: () => void ended++ },
      { [hook]: boom },
      { onTrainEnd: () => void ended++ },
    ];
    const fit = () => trainer.fit(largerStep(8), { steps: 4, batchSize: 4, reportEvery: 1, callbacks });
    await expect(expectNoLeakAsync(fit)).rejects.toThrow('boom');
    expect(ended).toBe(2);
    trainer.dispose();
  });
}

test('callbacks are told where the run stands, in order', async () => {
  const trainer = classifierTrainer();
  const log: string[] = [];
  const callback: TrainingCallback = {
    onTrainBegin: ({ step, steps }) => void log.push(`begin ${step}/${steps}`),
    onStep: ({ step, epoch }) => void log.push(`step ${step} of epoch ${epoch}`),
    onReport: ({ step, metrics }) => void log.push(`report ${step} with ${Object.keys(metrics)}`),
    onEpochEnd: ({ epoch }) => void log.push(`end of epoch ${epoch}`),
    onTrainEnd: ({ step, steps }) => void log.push(`end ${step}/${steps}`),
  };
  await trainer.fit(largerStep(8), { steps: 3, batchSize: 4, reportEvery: 2, callbacks: [callback] });
  expect(log).toEqual([
    'begin 0/3',
    'step 1 of epoch 0',
    'step 2 of epoch 0',
    'report 2 with accuracy',
    'end of epoch 0',
    'step 3 of epoch 1',
    'report 3 with accuracy',
    'end 3/3',
  ]);
  trainer.dispose();
});

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

/** The same examples with other targets. */
const withTargets = (
  examples: Examples,
  targetShape: number[],
  targetsOf: (classes: number[]) => number[],
): Examples => ({
  ...examples,
  targetShape,
  *batches(request) {
    for (const batch of examples.batches(request))
      yield { ...batch, targets: Float32Array.from(targetsOf([...batch.targets])) };
  },
});

const oneHotTargets = (classes: number[]) => classes.flatMap((c) => [1 - c, c]);

test('labels may be class numbers of either type, one-hot or shares, another format for training than for validation', async () => {
  const plain = largerStep(20);
  const formats = [
    plain,
    withTargets(plain, [], (classes) => classes),
    withTargets(plain, [2], oneHotTargets),
    withTargets(plain, [2], (classes) => oneHotTargets(classes).map((share) => 0.1 + 0.8 * share)),
  ];
  const run = async (examples: Examples, validation: Examples) => {
    const trainer = classifierTrainer(1);
    const options = { steps: 3, batchSize: 10, reportEvery: 1, validation };
    const { loss, validation: measured } = await trainer.fit(examples, options);
    trainer.dispose();
    return { losses: loss.map(({ value }) => value), measured };
  };
  const want = await run(plain, plain);
  for (const [k, format] of formats.entries()) {
    const [trained, validated] = [await run(format, plain), await run(plain, format)];
    expect(validated.measured?.accuracy).toBe(want.measured?.accuracy);
    if (k === 3) {
      expect(trained.losses[0]).not.toBeCloseTo(want.losses[0] as number, 4);
      continue;
    }
    expectClose(trained.losses, want.losses, 1e-5);
    expectClose([validated.measured?.loss as number], [want.measured?.loss as number]);
  }
});

test('a validation whose targets the loss cannot use is told before the first update', async () => {
  const trainer = classifierTrainer();
  const validation = sumOfSteps(4);
  const fit = () => trainer.fit(largerStep(8), { steps: 1, batchSize: 4, validation });
  await expect(expectNoLeakAsync<unknown>(fit)).rejects.toThrow(
    'fit: expected validation to have targets that the loss and the metrics can use, got targetShape [1]. softmaxCrossEntropy: expected labels to have shape [1, 2], one-hot or shares, or [1], class numbers, got [1, 1], float32',
  );
  expect(trainer.step).toBe(0);
});

for (const [hook, step, reported] of [
  ['onTrainBegin', 0, []],
  ['onStep', 3, [2]],
  ['onReport', 4, [2, 4]],
  ['onValidation', 3, [2]],
  ['onEpochEnd', 2, [2]],
] as const) {
  test(`a callback that asks in ${hook} ends the fit after that step, with its reason and without a report that is not due`, async () => {
    const trainer = classifierTrainer(1);
    let ended = 0;
    const asks: TrainingCallback = {
      [hook]: (run: TrainingRun) => {
        if (hook === 'onTrainBegin' || run.step === step) run.stop('enough');
        if (run.step === step) run.stop('more than enough');
      },
      onTrainEnd: (run) => {
        ended++;
        expect([run.step, run.steps, run.trainer]).toEqual([step, 9, trainer]);
      },
    };
    const result = await trainer.fit(largerStep(8), {
      ...{ steps: 9, batchSize: 4, reportEvery: 2, callbacks: [asks] },
      ...{ validation: largerStep(6), validateEvery: 3 },
    });
    expect(result).toMatchObject({ steps: step, epochs: step / 2, stopped: 'enough' });
    expect(result.loss.map((at) => at.step)).toEqual(reported);
    expect(result.validation).toEqual(await trainer.evaluate(largerStep(6)));
    expect(ended).toBe(1);
    // The next fit goes on from there, to its own end.
    const next = await trainer.fit(largerStep(8), { steps: 2, batchSize: 4 });
    expect(next.stopped).toBeUndefined();
    expect(trainer.step).toBe(step + 2);
    trainer.dispose();
  });
}

test('with validateEvery callbacks are told of the validation every so many updates and at the last, which counts for no time', async () => {
  const trainer = classifierTrainer(1);
  const validation = largerStep(7, 9);
  const slow: Examples = {
    ...validation,
    *batches(request) {
      const until = performance.now() + 200;
      while (performance.now() < until);
      yield* validation.batches(request);
    },
  };
  const log: string[] = [];
  const callback: TrainingCallback = {
    onReport: ({ step }) => void log.push(`report ${step}`),
    async onValidation({ step, loss, metrics, examples }) {
      log.push(`validation ${step}`);
      expect({ loss, ...metrics, examples }).toEqual(await trainer.evaluate(validation));
    },
  };
  const fit = () =>
    trainer.fit(largerStep(8), {
      ...{ steps: 5, batchSize: 4, reportEvery: 4, validation: slow, validateEvery: 2, callbacks: [callback] },
    });
  await trainer.fit(largerStep(8), { steps: 1, batchSize: 4 });
  const { seconds } = await expectNoLeakAsync(fit);
  expect(log).toEqual(['validation 2', 'report 4', 'validation 4', 'report 6', 'validation 6']);
  expect(seconds).toBeLessThan(0.6);
  trainer.dispose();
});

test('a callback that asks gets the loss and the metrics of the step’s batch before the update, while the step lasts', async () => {
  const trainer = classifierTrainer(1);
  const examples = largerStep(8);
  const untrained = await trainer.evaluate(examples);
  let late: (() => Promise<unknown>) | undefined;
  const callback: TrainingCallback = {
    onStep: async ({ step, measure }) => {
      if (step === 2) late = measure;
      if (step !== 1) return;
      const { loss, metrics } = await measure();
      expectClose([loss, metrics.accuracy as number], [untrained.loss, untrained.accuracy]);
    },
  };
  await trainer.fit(examples, { steps: 3, batchSize: 8, callbacks: [callback] });
  await expect(late?.()).rejects.toThrow('measure: expected to be called before onStep has ended');
  trainer.dispose();
});

test('the loss and the metrics are computed for reports alone', async () => {
  let measured = 0;
  const counted = (logits: Tensor2D) => {
    measured++;
    return accuracy(logits, tensor1d(new Array(8).fill(0), 'int32'));
  };
  const trainer = new Trainer(classifier(), { loss: softmaxCrossEntropy, optimizer: adam(), metrics: { counted } });
  await trainer.fit(largerStep(8), { steps: 10, batchSize: 8, reportEvery: 4 });
  expect(measured).toBe(3);
  trainer.dispose();
});

test('a step moves the weights by the gradients of its own batch', async () => {
  // One weight: the prediction is kernel · (x₁ + x₂), so that d loss / d kernel = mean(2 (k s - s) s).
  const model = sequenceRegressor({ cell: runningSumCell(1), outputs: 1, kernelInitializer: () => Float32Array.of(3) });
  const trainer = new Trainer(model, { loss: meanSquaredError, optimizer: gradientDescent(0.1) });
  const examples = sumOfSteps(4);
  const [{ targets: sums }] = [...examples.batches({ batchSize: 4 })] as [ExampleBatch];
  let [kernel, bias] = [3, 0];
  for (let step = 0; step < 5; step++) {
    const errors = [...sums].map((s) => kernel * s + bias - s);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / 4;
    const slope = mean(errors.map((e, i) => 2 * e * (sums[i] as number)));
    bias -= 0.1 * mean(errors.map((e) => 2 * e));
    kernel -= 0.1 * slope;
  }
  await trainer.fit(examples, { steps: 5, batchSize: 4 });
  expectClose(weightsOf(trainer), [kernel, bias]);
  trainer.dispose();
});

test('the event loop turns during a fit', async () => {
  const trainer = classifierTrainer();
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const busy: TrainingCallback = {
    onStep: () => {
      const until = performance.now() + 60;
      while (performance.now() < until);
    },
  };
  await trainer.fit(largerStep(8), { steps: 6, batchSize: 4, callbacks: [busy] });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
  trainer.dispose();
});

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

test('results have the metrics by name, and no other', async () => {
  expectTypeOf(classifierTrainer().evaluate).returns.resolves.toHaveProperty('accuracy').toEqualTypeOf<number>();
  const plain = new Trainer(classifier(), { loss: softmaxCrossEntropy, optimizer: adam() });
  expectTypeOf(plain.evaluate).returns.resolves.not.toHaveProperty('accuracy');
});
