import { expectNoLeakAsync } from 'testing';
import { expect, test, vi } from 'vitest';
import type { Examples } from '../examples';
import { largerStep } from '../examples-of.fixture';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { accuracy } from '../metrics/accuracy';
import { adam } from '../optimizers/adam';
import { classifier, weightsOf } from './classifier-trainer.fixture';
import { Trainer } from './trainer';

/** The same examples; where batches may be written over, what the last one held is gone when the next is asked for. */
const forgetful = (examples: Examples, forgot: () => void): Examples => ({
  ...examples,
  *batches(request) {
    for (const batch of examples.batches(request)) {
      yield batch;
      if (request.reuse !== true) continue;
      batch.inputs.fill(Number.NaN);
      batch.targets.fill(-1);
      batch.lengths?.fill(0);
      forgot();
    }
  },
});

/** The same examples as sequences of one step and of two in turn. */
const padded = (examples: Examples): Examples => ({
  ...examples,
  *batches(request) {
    for (const batch of examples.batches(request))
      yield { ...batch, lengths: Int32Array.from(batch.targets, (_, row) => 1 + (row % 2)) };
  },
});

const whole = largerStep(52);

test.each([
  ['one batch a step', whole, { batchSize: 5 }],
  ['gradients accumulated over parts', whole, { batchSize: 5, accumulate: 4 }],
  ['padded sequences', padded(whole), { batchSize: 5, accumulate: 4 }],
])('a batch is used up before the next is asked for: %s', async (_, set, size) => {
  const run = async (examples: Examples) => {
    const trainer = new Trainer(classifier(), {
      ...{ loss: softmaxCrossEntropy, optimizer: adam(0.02), metrics: { accuracy }, seed: 1 },
    });
    const { loss, validation } = await trainer.fit(examples, {
      ...{ ...size, epochs: 3, reportEvery: 1, validation: examples, dropRemainder: false },
      callbacks: [{ onStep: async ({ measure }) => void (await measure()) }],
    });
    const weights = weightsOf(trainer);
    trainer.dispose();
    return { loss, validation, weights };
  };
  const kept = await run(set);
  const forgot = vi.fn();
  expect(await expectNoLeakAsync(() => run(forgetful(set, forgot)))).toEqual(kept);
  expect(forgot).toHaveBeenCalled();
});
