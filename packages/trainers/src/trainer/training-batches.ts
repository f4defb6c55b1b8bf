import { ArgumentError } from '@rnn/cells';
import type { ExampleBatch, Examples } from '../examples';
import type { FitPlan } from './fit-options';

/**
 * The batches of an endless run, epoch after epoch, from the one that comes after `step` updates. They follow from the seed and `step`
 * alone: a run in two parts sees what a run in one part sees. Throws `ArgumentError` where an epoch has not as many batches as planned.
 */
export function* trainingBatches(
  examples: Examples,
  { stepsPerEpoch, batchSize, shuffle, dropRemainder }: FitPlan,
  seed: number,
  step: number,
): Generator<ExampleBatch, never> {
  let skip = step % stepsPerEpoch;
  for (let epoch = Math.floor(step / stepsPerEpoch); ; epoch++) {
    let drawn = 0;
    for (const batch of examples.batches({ batchSize, shuffle, seed, epoch, dropRemainder, reuse: true })) {
      if (drawn++ >= skip) yield batch;
    }
    if (drawn !== stepsPerEpoch) {
      const expected = `${examples.size} examples to give ${stepsPerEpoch} batches of ${batchSize} an epoch`;
      throw new ArgumentError('fit', expected, `${drawn}`);
    }
    skip = 0;
  }
}
