import { BasicRNNCell } from '@rnn/cells';
import { memory } from '@tensorflow/tfjs-core';
import { afterEach, expect, test, vi } from 'vitest';
import { averageWeights } from '../callbacks/average-weights';
import { bestSoFar } from '../callbacks/best-so-far';
import { earlyStopping } from '../callbacks/early-stopping';
import { largerStep } from '../examples-of.fixture';
import { loggedFit, loggedTrainer } from '../logs/logged-fit.fixture';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { accuracy } from '../metrics/accuracy';
import { sequenceClassifier } from '../models/sequence-classifier';
import { gradientDescent } from '../optimizers/gradient-descent';
import type { TrainingState } from '../state/training-state';
import { Trainer } from '../trainer/trainer';
import type { TrainingCallback } from '../trainer/training-callback';
import { stopOnSignals } from './stop-on-signals';

afterEach(() => void vi.restoreAllMocks());

const listeners = () => process.listenerCount('SIGINT') + process.listenerCount('SIGTERM');

/** The hooks of some callbacks that these tests use. */
const both = (first: TrainingCallback, second: TrainingCallback): TrainingCallback => ({
  async onTrainBegin(run) {
    for (const each of [first, second]) await each.onTrainBegin?.(run);
  },
  async onStep(info) {
    for (const each of [first, second]) await each.onStep?.(info);
  },
  async onTrainEnd(run) {
    for (const each of [first, second]) await each.onTrainEnd?.(run);
  },
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends the fit after the next step, and the result names it`, async () => {
    const trainer = loggedTrainer();
    const before = listeners();
    const sends: TrainingCallback = {
      onStep({ step }) {
        expect(listeners()).toBe(before + 2);
        if (step === 4) process.emit(signal, signal);
      },
    };
    const stopped: (string | undefined)[] = [];
    const fit = trainer.fit.bind(trainer);
    vi.spyOn(trainer, 'fit').mockImplementation(async (...args) => {
      const result = await fit(...args);
      stopped.push(result.stopped);
      return result;
    });
    await loggedFit(trainer, both(stopOnSignals(), sends), { steps: 50 });
    expect(stopped).toEqual([signal]);
    expect(trainer.step).toBe(5);
    expect(listeners()).toBe(before);
    trainer.dispose();
  });
}

test('a second signal is left to what the process does without it', async () => {
  const trainer = loggedTrainer();
  const before = listeners();
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => true);
  const sends: TrainingCallback = {
    onStep({ step }) {
      if (step !== 2) return;
      process.emit('SIGINT', 'SIGINT');
      expect(kill).not.toHaveBeenCalled();
      process.emit('SIGTERM', 'SIGTERM');
      expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGTERM');
      expect(listeners()).toBe(before);
    },
  };
  await loggedFit(trainer, both(stopOnSignals(), sends));
  expect(trainer.step).toBe(3);
  trainer.dispose();
});

test('a signal in the last step or after it leaves a run that is done, and one of an earlier fit is forgotten', async () => {
  const trainer = loggedTrainer();
  const stopping = stopOnSignals({ signals: ['SIGUSR2'] });
  const sendIf = (isTime: boolean) => void (isTime && process.emit('SIGUSR2', 'SIGUSR2'));
  const moments: TrainingCallback[] = [
    { onStep: ({ step, steps }) => sendIf(step === steps) },
    { onStepEnd: ({ last }) => sendIf(last) },
    { onTrainEnd: () => sendIf(true) },
  ];
  const fit = (callback: TrainingCallback) =>
    trainer.fit(largerStep(8), { steps: 2, batchSize: 4, callbacks: [callback, stopping] });
  for (const moment of moments) {
    const { steps, stopped } = await fit(moment);
    expect([steps, stopped]).toEqual([2, undefined]);
  }
  const { steps, stopped } = await fit({ onStep: ({ step, steps }) => sendIf(step === steps - 1) });
  expect([steps, stopped]).toEqual([1, 'SIGUSR2']);
  trainer.dispose();
});

/** Weights that are thrown about, so that validations get worse soon, with callbacks that watch reports and validations. */
function thrownAbout() {
  const trainer = new Trainer(sequenceClassifier({ cell: new BasicRNNCell(2), classes: 2 }), {
    ...{ loss: softmaxCrossEntropy, metrics: { accuracy }, seed: 1, optimizer: gradientDescent(4) },
  });
  const watching = [
    earlyStopping({ monitor: 'validation/loss', patience: 3, restoreBest: true }),
    bestSoFar({ monitor: 'loss' }),
    averageWeights({ decay: 0.9 }),
  ] as const;
  return { trainer, watching };
}

/** Up to the signal at a step, or to the end, from a state or from the beginning: what was saved of it, and what it ended with. */
async function ended(signalAt: number | undefined, from?: TrainingState) {
  const { trainer, watching } = thrownAbout();
  if (from !== undefined) trainer.restore(from);
  let saved = from;
  const sendsAndSaves: TrainingCallback = {
    onStep: ({ step }) => void (step === signalAt && process.emit('SIGTERM', 'SIGTERM')),
    async onStepEnd({ last, options }) {
      if (last) saved = structuredClone(await trainer.state(options.callbacks));
    },
  };
  const { stopped, validation } = await trainer.fit(largerStep(8), {
    ...{ maxSteps: 60, batchSize: 4, reportEvery: 2, validation: largerStep(5), validateEvery: 3 },
    callbacks: [sendsAndSaves, stopOnSignals(), ...watching],
  });
  const weights = [...trainer.model.variables.values()].map((variable) => [...variable.dataSync()]);
  for (const each of [trainer, ...watching]) each.dispose();
  return { stopped, saved: saved as TrainingState, weights, validation };
}

test('a run that a signal stopped at any step and that goes on ends as one that went through: early stopping, averages, reports', async () => {
  const { numTensors } = memory();
  const whole = await ended(undefined);
  const { step } = whole.saved;
  expect(whole.stopped).toMatch(/^earlyStopping: validation\/loss was best at step \d+$/);
  expect(step).toBeGreaterThan(9);
  expect(step).toBeLessThan(60);
  for (let signalAt = 1; signalAt <= step; signalAt++) {
    const first = await ended(signalAt);
    expect([first.stopped, first.saved.step]).toEqual(['SIGTERM', signalAt]);
    expect(await ended(undefined, first.saved)).toEqual(whole);
  }
  expect(memory().numTensors).toBe(numTensors);
});
