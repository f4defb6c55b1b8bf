import { expect, test } from 'vitest';
import type { Examples } from '../examples';
import { sumOfSteps } from '../examples-of.fixture';
import { type FitOptions, planFit } from './fit-options';

const ten = sumOfSteps(10);
const empty: Examples = { ...ten, size: 0 };

test('an epoch has as many steps as whole batches, or one more for the rest', () => {
  expect(planFit(ten, { epochs: 3, batchSize: 4 })).toMatchObject({ steps: 6, stepsPerEpoch: 2 });
  expect(planFit(ten, { epochs: 3, batchSize: 4, dropRemainder: false })).toMatchObject({ steps: 9, stepsPerEpoch: 3 });
  expect(planFit(ten, { epochs: 3, batchSize: 5, dropRemainder: false })).toMatchObject({ steps: 6, stepsPerEpoch: 2 });
  expect(planFit(ten, { steps: 7, batchSize: 10 })).toMatchObject({ steps: 7, stepsPerEpoch: 1 });
  expect(planFit(ten, { steps: 7, batchSize: 64, dropRemainder: false })).toMatchObject({ stepsPerEpoch: 1 });
});

test('maxSteps and maxEpochs count the updates that were made before', () => {
  expect(planFit(ten, { maxSteps: 7, batchSize: 5 }, 3).steps).toBe(4);
  expect(planFit(ten, { maxEpochs: 4, batchSize: 5 }, 3).steps).toBe(5);
  expect(planFit(ten, { maxSteps: 7, batchSize: 5 }, 7).steps).toBe(0);
  expect(planFit(ten, { maxEpochs: 1, batchSize: 5 }, 9).steps).toBe(0);
  expect(planFit(ten, { steps: 7, batchSize: 5 }, 3).steps).toBe(7);
});

test('with accumulate an epoch has as many steps as whole updates', () => {
  expect(planFit(ten, { epochs: 3, batchSize: 2, accumulate: 2 })).toMatchObject({ steps: 6, stepsPerEpoch: 2 });
  expect(planFit(ten, { epochs: 3, batchSize: 2, accumulate: 2, dropRemainder: false })).toMatchObject({ steps: 9 });
});

const refused: [Examples, FitOptions, string][] = [
  [ten, { batchSize: 4 }, 'fit: expected one of steps, epochs, maxSteps, maxEpochs, got none of them'],
  [
    ten,
    { batchSize: 4, steps: 1, epochs: 1 },
    'fit: expected one of steps, epochs, maxSteps, maxEpochs, got steps, epochs',
  ],
  [
    ten,
    { batchSize: 4, epochs: 2, maxSteps: 1 },
    'fit: expected one of steps, epochs, maxSteps, maxEpochs, got epochs, maxSteps',
  ],
  [ten, { batchSize: 4, maxSteps: 0 }, 'fit: expected maxSteps to be a positive integer, got 0'],
  [ten, { batchSize: 4, steps: 0 }, 'fit: expected steps to be a positive integer, got 0'],
  [ten, { batchSize: 4, epochs: 1.5 }, 'fit: expected epochs to be a positive integer, got 1.5'],
  [ten, { batchSize: -4, steps: 1 }, 'fit: expected batchSize to be a positive integer, got -4'],
  [ten, { batchSize: 4, steps: 1, reportEvery: 0 }, 'fit: expected reportEvery to be a positive integer, got 0'],
  [
    ten,
    { batchSize: 11, steps: 1 },
    'fit: expected batchSize to be at most 10, the number of examples, got 11. Take a smaller one, or set dropRemainder: false.',
  ],
  [
    ten,
    { batchSize: 4, accumulate: 3, steps: 1 },
    'fit: expected batchSize · accumulate to be at most 10, the number of examples, got 12. Take a smaller one',
  ],
  [ten, { batchSize: 4, accumulate: 0, steps: 1 }, 'fit: expected accumulate to be a positive integer, got 0'],
  [empty, { batchSize: 4, steps: 1 }, 'fit: expected examples to hold at least one example, got a set of size 0'],
  [
    ten,
    { batchSize: 4, steps: 1, validation: empty },
    'fit: expected validation to hold at least one example, got a set of size 0',
  ],
  [
    ten,
    { batchSize: 4, steps: 1, validation: { ...ten, inputShape: [1, 2] } },
    "fit: expected validation to have the examples' inputShape [2, 1], got [1, 2]",
  ],
];

for (const [examples, options, text] of refused) {
  test(text, () => expect(() => planFit(examples, options)).toThrow(text));
}
