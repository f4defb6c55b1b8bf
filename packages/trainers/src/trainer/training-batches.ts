import { ArgumentError } from '@rnn/cells';
import type { ExampleBatch, Examples } from '../examples';

export interface TrainingOrder {
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly dropRemainder: boolean;
  readonly seed: number;
}

/** How many batches an epoch has. */
export function stepsPerEpoch(
  size: number,
  { batchSize, dropRemainder }: Pick<TrainingOrder, 'batchSize' | 'dropRemainder'>,
): number {
  return dropRemainder ? Math.floor(size / batchSize) : Math.ceil(size / batchSize);
}

/**
 * The batches of an endless run, epoch after epoch, from the one that the update after `step` uses. They follow from the seed and `step`
 * alone: a run in two parts sees what a run in one part sees. Throws `ArgumentError` where an epoch has not as many batches as its size says.
 */
export function* trainingBatches(
  examples: Examples,
  order: TrainingOrder,
  step: number,
): Generator<{ readonly batch: ExampleBatch; readonly epoch: number }, never> {
  const perEpoch = stepsPerEpoch(examples.size, order);
  let skip = step % perEpoch;
  for (let epoch = Math.floor(step / perEpoch); ; epoch++) {
    let drawn = 0;
    for (const batch of examples.batches({ ...order, epoch })) {
      if (drawn++ >= skip) yield { batch, epoch };
    }
    if (drawn !== perEpoch) {
      const expected = `examples of size ${examples.size} to give ${perEpoch} batches of ${order.batchSize} an epoch`;
      throw new ArgumentError('fit', expected, `${drawn}`);
    }
    skip = 0;
  }
}
