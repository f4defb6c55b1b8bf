import { expect, test } from 'vitest';
import type { ExampleBatch, Examples } from '../examples';
import { sumOfSteps } from '../examples-of.fixture';
import { planFit } from './fit-options';
import { trainingBatches } from './training-batches';

function take(
  examples: Examples,
  count: number,
  step: number,
  options: { dropRemainder?: boolean; seed?: number } = {},
) {
  const { seed = 5, ...rest } = options;
  const taken: ExampleBatch[] = [];
  const plan = planFit(examples, { steps: count, batchSize: 4, ...rest });
  for (const batch of trainingBatches(examples, plan, seed, step)) {
    taken.push(batch);
    if (taken.length === count) break;
  }
  return taken;
}

const ten = sumOfSteps(10);

test('whole batches go on from epoch to epoch, each with an order of its own', () => {
  const epochs: (number | undefined)[] = [];
  const watched: Examples = {
    ...ten,
    batches: (request) => {
      epochs.push(request.epoch);
      return ten.batches(request);
    },
  };
  const batches = take(watched, 5, 0);
  expect(epochs).toEqual([0, 1, 2]);
  expect(batches.map(({ size }) => size)).toEqual([4, 4, 4, 4, 4]);
  expect(batches[2]?.inputs).not.toEqual(batches[0]?.inputs);
});

test('without dropRemainder the last batch of an epoch is short', () => {
  const batches = take(ten, 4, 0, { dropRemainder: false });
  expect(batches.map(({ size }) => size)).toEqual([4, 4, 2, 4]);
});

test('a run that begins at a later step draws what the whole run draws there', () => {
  const whole = take(ten, 7, 0);
  for (const step of [1, 2, 5]) expect(take(ten, 7 - step, step)).toEqual(whole.slice(step));
});

test('the order follows from the seed', () => {
  expect(take(ten, 4, 0)).toEqual(take(ten, 4, 0));
  expect(take(ten, 4, 0, { seed: 6 })).not.toEqual(take(ten, 4, 0));
});

test('examples that give fewer batches than their size says are told, not waited for', () => {
  const empty: Examples = { ...ten, batches: () => [] };
  expect(() => take(empty, 1, 0)).toThrow('fit: expected 10 examples to give 2 batches of 4 an epoch, got 0');
});
