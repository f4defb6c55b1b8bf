import { keep, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { ExampleBatch, Examples } from '../examples';
import { clipByGlobalNorm } from '../gradients/clip-by-global-norm';
import { valueAndGradients } from '../gradients/value-and-gradients';
import type { Metric } from '../metrics/metric';
import type { Model } from '../models/model';
import type { Optimizer } from '../optimizers/optimizer';
import { BatchOutcome } from './batch-outcome';
import { batchTensors } from './batch-tensors';
import type { Forward } from './forward';

/** What a trainer does with one batch. Its outcome is the caller's to free; all else is freed, also when a part of it throws. */
export class Learner {
  constructor(
    readonly model: Model,
    readonly optimizer: Optimizer,
    readonly forward: Forward,
    readonly metrics: Readonly<Record<string, Metric>>,
    /** The longest that the gradients may be together. Default: any length. */
    readonly clipNorm?: number,
  ) {}

  /** One update. Throws `ArgumentError` for a batch that does not fill its shapes. */
  update(batch: ExampleBatch, examples: Examples): BatchOutcome {
    const { inputs, targets } = batchTensors('fit', batch, examples);
    const kept: { predictions?: Tensor2D } = {};
    try {
      const loss = tidy(() => {
        const { variables } = this.model;
        const { value, gradients } = valueAndGradients(() => {
          // Metrics want the predictions that the loss was computed from, and the tape would free them.
          const { predictions, loss } = this.forward(inputs, targets, 'train');
          kept.predictions = keep(predictions);
          return loss;
        }, variables);
        this.optimizer.applyGradients(variables, this.#clip(gradients));
        return value;
      });
      return new BatchOutcome(loss, kept.predictions as Tensor2D, targets, this.metrics);
    } catch (error) {
      kept.predictions?.dispose();
      targets.dispose();
      throw error;
    } finally {
      inputs.dispose();
    }
  }

  #clip(gradients: Map<string, Tensor>): Map<string, Tensor> {
    return this.clipNorm === undefined ? gradients : clipByGlobalNorm(gradients, this.clipNorm).gradients;
  }

  /** The same without the update. */
  evaluate(batch: ExampleBatch, examples: Examples): BatchOutcome {
    const { inputs, targets } = batchTensors('evaluate', batch, examples);
    try {
      const { loss, predictions } = tidy(() => {
        const { predictions, loss } = this.forward(inputs, targets, 'eval');
        return { predictions, loss };
      });
      return new BatchOutcome(loss, predictions, targets, this.metrics);
    } catch (error) {
      targets.dispose();
      throw error;
    } finally {
      inputs.dispose();
    }
  }
}
