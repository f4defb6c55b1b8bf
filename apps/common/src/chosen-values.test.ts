import { expect, it } from 'vitest';
import { chosenValues } from './chosen-values';

const published = { hidden: [128, 256], learningRate: 1e-3, batchSize: 100, length: { steps: 800 } };

it('without flags they are the published ones', () => {
  expect(chosenValues(published, {})).toEqual(published);
});

it('each flag takes the place of its value, --hidden of every layer, --epochs of the steps', () => {
  const flags = { hidden: 8, learningRate: 0.5, batchSize: 2, epochs: 3 };
  expect(chosenValues(published, flags)).toEqual({
    hidden: [8, 8],
    learningRate: 0.5,
    batchSize: 2,
    length: { epochs: 3 },
  });
});
