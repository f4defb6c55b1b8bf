import { expect, it } from 'vitest';
import { chosenValues } from './chosen-values';
import type { TrainingFlags } from './training-command';

const published = { hidden: [128, 256], learningRate: 1e-3, batchSize: 100, length: { steps: 800 } };
const none: TrainingFlags = { backend: 'auto', kernel: 'auto', seed: 1, quiet: false };

it('without flags they are the published ones', () => {
  expect(chosenValues(published, none)).toEqual(published);
});

it('each flag takes the place of its value, --hidden of every layer, --epochs of the steps', () => {
  const flags = { ...none, hidden: 8, learningRate: 0.5, batchSize: 2, epochs: 3 };
  expect(chosenValues(published, flags)).toEqual({
    hidden: [8, 8],
    learningRate: 0.5,
    batchSize: 2,
    length: { epochs: 3 },
  });
});
