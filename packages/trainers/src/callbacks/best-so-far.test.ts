import { memory, tensor1d } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { bestSoFar } from './best-so-far';
import { PretendedRun } from './pretended-run.fixture';

const losses = [0.5, 0.3, Number.NaN, 0.29, 0.4];
const validation = (loss: number) => ({ validation: { loss, metrics: { accuracy: 1 - loss, f1: loss } } });

test('the weights of the least loss of a validation are kept while others come, and can be given back', async () => {
  const { numTensors } = memory();
  const run = new PretendedRun(9);
  const best = bestSoFar();
  best.onTrainBegin?.(run.info);
  expect([best.value, best.step, best.weights.size]).toEqual([undefined, undefined, 0]);
  for (const [k, loss] of losses.entries()) await run.make(best, { kernel: [k, -k] }, validation(loss));
  expect([best.value, best.step]).toEqual([0.29, 4]);
  expect([...best.weights.keys()]).toEqual(['kernel', 'bias', 'counter']);
  best.assignTo(run);
  expect(run.weights('kernel')).toEqual([3, -3]);
  await run.make(best, { kernel: [8, 9] });
  best.assignTo(run);
  expect(run.weights('kernel')).toEqual([3, -3]);
  best.dispose();
  expect(() => best.assignTo(run)).toThrow('bestSoFar.assignTo: expected a measure to have been taken, got none');
  run.dispose();
  expect(memory().numTensors).toBe(numTensors);
});

test('accuracy is best when greatest, another metric when mode says so, and minDelta is what a better value must be better by', async () => {
  for (const [options, step] of [
    [{ monitor: 'validation/accuracy' }, 4],
    [{ monitor: 'validation/f1', mode: 'max' }, 1],
    [{ monitor: 'validation/f1', mode: 'min' }, 4],
    [{ monitor: 'validation/loss', minDelta: 0.02 }, 2],
    [{ monitor: 'validation/accuracy', minDelta: 0.02 }, 2],
  ] as const) {
    const run = new PretendedRun(9);
    const best = bestSoFar(options);
    for (const loss of losses) await run.make(best, {}, validation(loss));
    expect(best.step).toBe(step);
    best.dispose();
    run.dispose();
  }
});

test('without validation in its name a measure is that of the reports', async () => {
  const run = new PretendedRun(9, { batchSize: 1 });
  const best = bestSoFar({ monitor: 'loss' });
  best.onTrainBegin?.(run.info);
  await run.make(best, {}, { report: { loss: 2, metrics: {} }, ...validation(5) });
  await run.make(best, {}, { report: { loss: 3, metrics: {} }, ...validation(1) });
  expect([best.value, best.step]).toEqual([2, 1]);
  best.dispose();
  run.dispose();
});

test('its state goes on in another one, whose tensors are its own', async () => {
  const run = new PretendedRun(9);
  const [first, second] = [bestSoFar(), bestSoFar()];
  expect(first.getState?.().values).toEqual({ value: null, step: null });
  await run.make(first, { kernel: [5, 6] }, validation(0.5));
  second.setState?.(first.getState?.() as NonNullable<ReturnType<NonNullable<typeof first.getState>>>);
  first.dispose();
  await run.make(second, { kernel: [7, 8] }, validation(0.6));
  expect([second.value, second.step]).toEqual([0.5, 1]);
  second.assignTo(run);
  expect(run.weights('kernel')).toEqual([5, 6]);
  second.dispose();
  run.dispose();
});

test('what does not fit is told, a monitor that will never come when the fit begins or first reports', async () => {
  expect(() => bestSoFar({ monitor: 'validation/f1' })).toThrow(
    "bestSoFar: expected mode 'min' or 'max' for monitor 'validation/f1', got none",
  );
  expect(() => bestSoFar({ mode: 'least' as 'min' })).toThrow(
    "bestSoFar: expected mode to be one of min, max, got 'least'",
  );
  expect(() => bestSoFar({ minDelta: -1 })).toThrow('bestSoFar: expected minDelta to be a finite number of at least 0');
  const plain = new PretendedRun(9, { batchSize: 1 });
  expect(() => bestSoFar().onTrainBegin?.(plain.info)).toThrow(
    "bestSoFar: expected validation and validateEvery in fit, for monitor 'validation/loss', got none",
  );
  const odd = bestSoFar({ monitor: 'validation/acuracy', mode: 'max' });
  await expect(plain.make(odd, {}, validation(1))).rejects.toThrow(
    "bestSoFar: expected monitor to be one of validation/loss, validation/accuracy, validation/f1, got 'validation/acuracy'",
  );
  const best = bestSoFar();
  await plain.make(best, {}, validation(1));
  const other = new PretendedRun(1);
  const kernel = tensor1d([1, 2, 3]);
  const wide = { variables: new Map(other.variables).set('kernel', kernel as never) };
  expect(() => best.assignTo(wide)).toThrow('bestSoFar.assignTo: expected a variable kernel of shape [2], got [3]');
  expect(() => best.assignTo({ variables: new Map() })).toThrow(
    'bestSoFar.assignTo: expected a variable kernel of shape [2], got none',
  );
  for (const each of [best, plain, other, kernel]) each.dispose();
});
