import type { RNNCell } from '@rnn/cells';
import {
  accuracy,
  adam,
  type Head,
  type KernelChoice,
  oneCycle,
  sequenceClassifier,
  softmaxCrossEntropy,
  Trainer,
} from '@rnn/trainers';
import type { Workload } from './workloads';

/** What a network and its training are made of. */
export interface DigitTrainerOptions {
  readonly layers: readonly (readonly RNNCell[])[];
  readonly head: Head | undefined;
  readonly learningRate: number;
  readonly kernel: KernelChoice;
  readonly seed: number;
  /** Of the run, for a rate that follows a schedule. */
  readonly totalSteps: number;
}

export type DigitTrainer = Trainer<'accuracy'>;

/** The classes of both sets of images. */
export const classes = 10;

/** The trainer of a workload with these values. */
export function digitTrainer(
  { runner, headInitializer, recipe }: Workload,
  options: DigitTrainerOptions,
): DigitTrainer {
  const { layers, head, learningRate, kernel, seed, totalSteps } = options;
  const [cell, backwardCell] = [0, 1].map((way) => {
    const cells = layers.flatMap((layer) => layer[way] ?? []);
    return cells.length > 1 ? cells : cells[0];
  });
  const model = sequenceClassifier({
    ...{ cell: cell as RNNCell | RNNCell[], backwardCell, head, classes, runner, kernel },
    ...(headInitializer && { kernelInitializer: headInitializer, biasInitializer: headInitializer }),
  });
  if (recipe === undefined) {
    return new Trainer(model, {
      ...{ loss: softmaxCrossEntropy, optimizer: adam(learningRate), metrics: { accuracy }, seed },
    });
  }
  const { labelSmoothing, clipNorm, beta2, rising } = recipe;
  return new Trainer(model, {
    loss: (logits, labels) => softmaxCrossEntropy(logits, labels, { labelSmoothing }),
    optimizer: adam(oneCycle(learningRate, { totalSteps, pctStart: rising }), { beta2 }),
    ...{ clipNorm, metrics: { accuracy }, seed },
  });
}
