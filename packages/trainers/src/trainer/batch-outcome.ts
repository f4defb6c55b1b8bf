import { ArgumentError } from '@rnn/cells';
import {
  addN,
  cast,
  concat,
  keep,
  mul,
  type Scalar,
  stack,
  type Tensor,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Metric } from '../metrics/metric';
import { shapeText } from '../shape-text';
import type { Measures } from './training-callback';

/** What a model made of a batch. It owns the three tensors; the numbers are read when somebody asks. */
export class BatchOutcome {
  #measures: Promise<Measures> | undefined;

  constructor(
    readonly loss: Scalar,
    readonly predictions: Tensor2D,
    readonly targets: Tensor,
    readonly metrics: Readonly<Record<string, Metric>>,
  ) {}

  /** Reads the loss and the metrics, all in one transfer and once. Throws `ArgumentError` for one that is no single number. */
  measure(): Promise<Measures> {
    this.#measures ??= this.#read();
    return this.#measures;
  }

  dispose(): void {
    for (const tensor of [this.loss, this.predictions, this.targets]) tensor.dispose();
  }

  async #read(): Promise<Measures> {
    if (this.predictions.isDisposed) {
      throw new ArgumentError(
        'measure',
        'to be called before onStep has ended',
        'a call after it',
        'Await it in onStep.',
      );
    }
    const names = Object.keys(this.metrics);
    const numbers = tidy(() => {
      const metrics = Object.entries(this.metrics).map(([name, metric]) =>
        singleNumber(`metric ${name}`, metric(this.predictions, this.targets)),
      );
      return stack([singleNumber('the loss', this.loss), ...metrics]);
    });
    try {
      const [loss, ...metrics] = await numbers.data<'float32'>();
      return {
        loss: loss as number,
        metrics: Object.fromEntries(names.map((name, k) => [name, metrics[k] as number])),
      };
    } finally {
      numbers.dispose();
    }
  }
}

/**
 * What a model made of a batch, from what it made of its parts, which are freed: the mean of the losses over all examples. Kept beyond the tidy around.
 */
export function joinedOutcome(parts: readonly BatchOutcome[]): BatchOutcome {
  const [first] = parts as [BatchOutcome];
  if (parts.length === 1) return first;
  const size = parts.reduce((sum, { predictions }) => sum + predictions.shape[0], 0);
  const { loss, predictions, targets } = tidy(() => ({
    loss: keep(addN(parts.map((part) => mul<Scalar>(part.loss, part.predictions.shape[0] / size)))),
    predictions: keep(concat(parts.map((part) => part.predictions))),
    targets: keep(concat(parts.map((part) => part.targets))),
  }));
  for (const part of parts) part.dispose();
  return new BatchOutcome(loss, predictions, targets, first.metrics);
}

function singleNumber(what: string, value: Tensor): Tensor {
  if (value.rank === 0) return cast(value, 'float32');
  throw new ArgumentError('Trainer', `${what} to be one number, of shape []`, shapeText(value.shape));
}
