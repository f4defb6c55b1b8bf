import { BasicRNNCell } from '@rnn/cells';
import { largerStep } from '../examples-of.fixture';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { accuracy } from '../metrics/accuracy';
import { sequenceClassifier } from '../models/sequence-classifier';
import { adam } from '../optimizers/adam';
import { exponentialDecay } from '../schedules/exponential-decay';
import type { FitOptions } from '../trainer/fit-options';
import { Trainer } from '../trainer/trainer';
import type { TrainingCallback } from '../trainer/training-callback';

/** Halves its rate, 0.5, at every step. */
export const loggedTrainer = () =>
  new Trainer(sequenceClassifier({ cell: new BasicRNNCell(2), classes: 2 }), {
    ...{ loss: softmaxCrossEntropy, metrics: { accuracy }, seed: 1 },
    optimizer: adam(exponentialDecay(0.5, { decaySteps: 1, decayRate: 0.5 })),
  });

/** Steps with a report after every 2nd and a validation after every 3rd, and what those tell, by step. */
export async function loggedFit(
  trainer: Trainer<'accuracy'>,
  callback: TrainingCallback,
  options: Partial<FitOptions> = {},
): Promise<Map<number, Record<string, number>>> {
  const told = new Map<number, Record<string, number>>();
  const tell = (step: number, measures: Record<string, number>) => told.set(step, { ...told.get(step), ...measures });
  const listener: TrainingCallback = {
    onReport: ({ step, loss, metrics }) => void tell(step, { loss, ...metrics }),
    onValidation: ({ step, loss, metrics }) =>
      void tell(step, { 'validation/loss': loss, 'validation/accuracy': metrics.accuracy as number }),
  };
  await trainer.fit(largerStep(8), {
    ...{ steps: 7, batchSize: 4, reportEvery: 2, validation: largerStep(5), validateEvery: 3 },
    ...options,
    callbacks: [callback, listener],
  });
  return told;
}
