import { expectClose, expectNoLeakAsync } from 'testing';
import { expect, test } from 'vitest';
import type { Examples } from '../examples';
import { largerStep } from '../examples-of.fixture';
import { boom, classifierTrainer } from './classifier-trainer.fixture';
import type { TrainingCallback, TrainingRun } from './training-callback';

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
