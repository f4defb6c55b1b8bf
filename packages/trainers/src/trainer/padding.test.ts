import { BasicLSTMCell, GRUCell } from '@rnn/cells';
import { expect, test } from 'vitest';
import type { Examples } from '../examples';
import { paddedWith, sumOfSteps } from '../examples-of.fixture';
import { meanSquaredError } from '../losses/mean-squared-error';
import { sequenceRegressor } from '../models/sequence-regressor';
import { adam } from '../optimizers/adam';
import { weightsOf } from './classifier-trainer.fixture';
import { Trainer } from './trainer';

test('what stands in padding changes nothing: training, in parts too, evaluation and prediction are the same to the bit', async () => {
  const run = async (padding: number, withLengths = true) => {
    const model = sequenceRegressor({ cell: new GRUCell(4), backwardCell: new BasicLSTMCell(3), outputs: 1 });
    const trainer = new Trainer(model, { loss: meanSquaredError, optimizer: adam(0.02), seed: 1 });
    const padded = paddedWith(padding, sumOfSteps(60));
    const examples: Examples = {
      ...padded,
      *batches(request) {
        for (const { lengths, ...batch } of padded.batches(request)) yield withLengths ? { ...batch, lengths } : batch;
      },
    };
    const { loss } = await trainer.fit(examples, { steps: 4, batchSize: 10, accumulate: 3, reportEvery: 1 });
    const measured = await trainer.evaluate(examples);
    const end = { loss, measured, predicted: await trainer.predict(examples), weights: weightsOf(trainer) };
    trainer.dispose();
    return end;
  };
  expect(await run(1000)).toEqual(await run(0));
  expect(await run(1000, false)).not.toEqual(await run(0, false)); // without lengths it would have
});
