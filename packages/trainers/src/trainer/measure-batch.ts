import { ArgumentError } from '@rnn/cells';
import { cast, type Scalar, stack, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { Metric } from '../metrics/metric';
import { shapeText } from '../shape-text';
import type { Measures } from './training-callback';

export type Metrics = Readonly<Record<string, Metric>>;

/** Reads a batch's loss and metrics, all in one transfer. Throws `ArgumentError` for a metric that is no single number. */
export async function measureBatch(
  loss: Scalar,
  predictions: Tensor2D,
  targets: Tensor,
  metrics: Metrics,
): Promise<Measures> {
  const all = tidy(() => {
    const values = Object.entries(metrics).map(([name, metric]) => {
      const value = metric(predictions, targets);
      if (value.rank === 0) return cast(value, 'float32');
      throw new ArgumentError('Trainer', `metric ${name} to be one number, of shape []`, shapeText(value.shape));
    });
    return stack([loss, ...values]);
  });
  try {
    const [lossValue = Number.NaN, ...values] = await all.data<'float32'>();
    return { loss: lossValue, metrics: Object.fromEntries(Object.keys(metrics).map((name, k) => [name, values[k]])) };
  } finally {
    all.dispose();
  }
}
