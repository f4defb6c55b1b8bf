import { afterEach, expect, test, vi } from 'vitest';
import { loggedFit, loggedTrainer } from '../logs/logged-fit.fixture';
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
  test(`${signal} ends the fit after the next step, which is reported and validated, and the result names it`, async () => {
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
    const told = await loggedFit(trainer, both(stopOnSignals(), sends), { steps: 50 });
    expect(stopped).toEqual([signal]);
    expect(trainer.step).toBe(5);
    expect(Object.keys(told.get(5) ?? {})).toEqual(['loss', 'accuracy', 'validation/loss', 'validation/accuracy']);
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

test('a signal after the last step is told too, and one of an earlier fit is forgotten', async () => {
  const trainer = loggedTrainer();
  const stopping = stopOnSignals({ signals: ['SIGUSR2'] });
  const reasons: string[] = [];
  const ends: TrainingCallback = {
    onTrainEnd(run) {
      process.emit('SIGUSR2', 'SIGUSR2');
      stopping.onTrainEnd?.({ ...run, stop: (reason) => void reasons.push(reason) });
    },
  };
  await loggedFit(trainer, both(ends, stopping), { steps: 2 });
  expect(reasons).toEqual(['SIGUSR2']);
  await loggedFit(trainer, stopping, { steps: 3 });
  expect(trainer.step).toBe(5);
  trainer.dispose();
});
