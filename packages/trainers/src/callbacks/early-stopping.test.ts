import { BasicLSTMCell } from '@rnn/cells';
import { memory } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { largerStep } from '../examples-of.fixture';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { sequenceClassifier } from '../models/sequence-classifier';
import { gradientDescent } from '../optimizers/gradient-descent';
import { Trainer } from '../trainer/trainer';
import type { TrainingCallback } from '../trainer/training-callback';
import { earlyStopping } from './early-stopping';
import { PretendedRun } from './pretended-run.fixture';

const validation = (loss: number) => ({ validation: { loss, metrics: {} } });

test('it asks to stop at the value that is the patience-th in a row to be no better', async () => {
  const run = new PretendedRun(20);
  const stopping = earlyStopping({ patience: 3 });
  const losses = [0.5, 0.6, 0.7, 0.4, 0.4, 0.5, 0.41, 0.1];
  const stoppedAt: (number | undefined)[] = [];
  for (const loss of losses) {
    await run.make(stopping, {}, validation(loss));
    stoppedAt.push(run.stopped === undefined ? undefined : run.step);
    if (run.stopped !== undefined) break;
  }
  expect(run.step).toBe(7);
  expect(run.stopped).toBe('earlyStopping: validation/loss was best at step 4');
  expect([stopping.value, stopping.step]).toEqual([0.4, 4]);
  run.dispose();
});

test('with restoreBest the model has the best weights once the fit has stopped early or made all its steps; without it keeps the last', async () => {
  const { numTensors } = memory();
  for (const [losses, steps, restoreBest, want] of [
    [[0.5, 0.3, 0.4, 0.6], 9, true, 1],
    [[0.5, 0.3, 0.4, 0.2, 0.3], 5, true, 3],
    [[0.5, 0.3, 0.4, 0.6], 9, false, 3],
  ] as const) {
    const run = new PretendedRun(steps);
    const stopping = earlyStopping({ patience: 2, restoreBest });
    for (const [k, loss] of losses.entries()) await run.make(stopping, { kernel: [k, k] }, validation(loss));
    await stopping.onTrainEnd?.(run.info);
    expect(run.weights('kernel')).toEqual([want, want]);
    run.dispose();
    expect(memory().numTensors).toBe(numTensors);
  }
});

test('a fit that something else ended keeps its weights and its patience, which another goes on with by the state', async () => {
  const { numTensors } = memory();
  const run = new PretendedRun(9);
  const [first, second] = [1, 2].map(() => earlyStopping({ patience: 3, restoreBest: true }));
  for (const [k, loss] of [0.3, 0.4, 0.5].entries())
    await run.make(first as never, { kernel: [k, k] }, validation(loss));
  await first?.onTrainEnd?.(run.info);
  expect(run.weights('kernel')).toEqual([2, 2]);
  expect(first?.getState?.().values).toEqual({ value: 0.3, step: 1, waited: 2 });
  second?.setState?.(first?.getState?.() as never);
  first?.dispose();
  await run.make(second as never, { kernel: [8, 8] }, validation(0.35));
  expect(run.stopped).toBe('earlyStopping: validation/loss was best at step 1');
  await second?.onTrainEnd?.(run.info);
  expect(run.weights('kernel')).toEqual([0, 0]);
  run.dispose();
  expect(memory().numTensors).toBe(numTensors);
});

test('an error in the last step, or where it would stop, leaves the weights and what is known of the best, for a later fit', async () => {
  const boom: TrainingCallback = {
    onStepEnd({ last }) {
      if (last) throw new Error('no space');
    },
  };
  for (const [patience, steps] of [
    [50, 6],
    [1, 500],
  ] as const) {
    const trainer = new Trainer(sequenceClassifier({ cell: new BasicLSTMCell(3), classes: 2 }), {
      ...{ loss: softmaxCrossEntropy, optimizer: gradientDescent(40), seed: 1 },
    });
    const weights = () => [...trainer.model.variables.values()].map((variable) => [...variable.dataSync()]);
    const stopping = earlyStopping({ patience, restoreBest: true });
    let last: number[][] = [];
    const options = { batchSize: 20, maxSteps: steps, validation: largerStep(30, 9), validateEvery: 1 };
    const keep: TrainingCallback = {
      onStepEnd() {
        last = weights();
      },
    };
    const failing = trainer.fit(largerStep(40), { ...options, callbacks: [keep, stopping, boom] });
    await expect(failing).rejects.toThrow('no space');
    const { value, step } = stopping;
    expect(step).toBeLessThan(trainer.step);
    expect(weights()).toEqual(last);
    const { stopped, validation } = await trainer.fit(largerStep(40), { ...options, callbacks: [stopping] });
    expect(validation?.loss).toBe(value);
    expect(stopped).toBe(patience === 1 ? `earlyStopping: validation/loss was best at step ${step}` : undefined);
    expect(stopping.value).toBeUndefined();
    trainer.dispose();
  }
});

test('a fit that gets worse ends early, at the best of its validations', async () => {
  const trainer = new Trainer(sequenceClassifier({ cell: new BasicLSTMCell(3), classes: 2 }), {
    // With a rate of 40 the weights are thrown about.
    ...{ loss: softmaxCrossEntropy, optimizer: gradientDescent(40), seed: 1 },
  });
  const seen: number[] = [];
  const examples = largerStep(40);
  const result = await trainer.fit(examples, {
    ...{ steps: 500, batchSize: 20, validation: largerStep(30, 9), validateEvery: 1 },
    callbacks: [
      { onValidation: ({ loss }) => void seen.push(loss) },
      earlyStopping({ patience: 4, restoreBest: true }),
    ],
  });
  const best = Math.min(...seen);
  expect(result.stopped).toBe(`earlyStopping: validation/loss was best at step ${seen.indexOf(best) + 1}`);
  expect(result.steps).toBe(seen.indexOf(best) + 1 + 4);
  expect(result.validation?.loss).toBe(best);
  trainer.dispose();
});

test('a patience that is none is told, and a metric without a mode', () => {
  expect(() => earlyStopping({ patience: 0 })).toThrow(
    'earlyStopping: expected patience to be a positive integer, got 0',
  );
  expect(() => earlyStopping({ patience: 1, monitor: 'f1' })).toThrow(
    "earlyStopping: expected mode 'min' or 'max' for monitor 'f1', got none",
  );
});
