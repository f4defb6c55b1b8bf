import { GRUCell, LSTMCell, trainableInitialState } from '@rnn/cells';
import { add, memory, type Scalar, sum, type Tensor2D, tensor1d, tensor3d } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeakAsync } from 'testing';
import { expect, expectTypeOf, test } from 'vitest';
import type { ExampleBatch, Examples } from '../examples';
import { largerStep, sumOfSteps } from '../examples-of.fixture';
import { meanSquaredError } from '../losses/mean-squared-error';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { accuracy } from '../metrics/accuracy';
import type { Model } from '../models/model';
import { runningSumCell } from '../models/running-sum-cell.fixture';
import { sequenceClassifier } from '../models/sequence-classifier';
import { sequenceRegressor } from '../models/sequence-regressor';
import { adam } from '../optimizers/adam';
import { gradientDescent } from '../optimizers/gradient-descent';
import { boom, classifier, classifierTrainer, weightsOf } from './classifier-trainer.fixture';
import { Trainer } from './trainer';
import type { TrainingCallback } from './training-callback';

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

test.each([
  ['class weights', [0.25, 3], [1, 5, 10, 23, 500]],
  ['a class that weighs nothing, in one batch', [0, 3], [23, 500]],
])(
  'evaluate with %s is the sum of the weighted losses over the number of examples that weigh anything',
  async (_, classWeights, sizes) => {
    const trainer = new Trainer(classifier(), {
      loss: (logits, labels) => softmaxCrossEntropy(logits, labels, { classWeights }),
      optimizer: adam(),
      seed: 3,
    });
    const examples = largerStep(23);
    const [all] = [...examples.batches({ batchSize: 23 })] as [ExampleBatch];
    const logits = await trainer.predict(examples);
    const weighted = Array.from(all.targets, (label, i) => {
      const [a, b] = [logits[2 * i], logits[2 * i + 1]] as [number, number];
      const weight = classWeights[label] as number;
      return { weight, loss: weight * (Math.log(Math.exp(a) + Math.exp(b)) - (label === 0 ? a : b)) };
    });
    const counted = weighted.filter(({ weight }) => weight > 0);
    const want = counted.reduce((total, { loss }) => total + loss, 0) / counted.length;
    for (const batchSize of sizes) expectClose([(await trainer.evaluate(examples, { batchSize })).loss], [want]);
    trainer.dispose();
  },
);

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

test('results have the metrics by name, and no other', async () => {
  expectTypeOf(classifierTrainer().evaluate).returns.resolves.toHaveProperty('accuracy').toEqualTypeOf<number>();
  const plain = new Trainer(classifier(), { loss: softmaxCrossEntropy, optimizer: adam() });
  expectTypeOf(plain.evaluate).returns.resolves.not.toHaveProperty('accuracy');
});
