import { keep, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { ExampleBatch, Examples } from '../examples';
import { clipByGlobalNorm } from '../gradients/clip-by-global-norm';
import { GradientMean } from '../gradients/gradient-mean';
import { valueAndGradients } from '../gradients/value-and-gradients';
import { checkUpdate } from '../guard/guard';
import type { Metric } from '../metrics/metric';
import type { Model } from '../models/model';
import type { Optimizer } from '../optimizers/optimizer';
import { BatchOutcome, joinedOutcome } from './batch-outcome';
import { batchParts } from './batch-parts';
import { batchTensors } from './batch-tensors';
import type { Forward } from './forward';

/** How an update is made. */
interface UpdateOptions {
  /** Its number, from 1. */
  readonly step: number;
  /** How many examples are differentiated at once. */
  readonly partSize: number;
  /** Whether nothing is updated where the loss or a gradient is not finite, clipped or not. */
  readonly checkFinite: boolean;
}

/** What a trainer does with one batch. Its outcome is the caller's to free; all else is freed, also when a part of it throws. */
export class Learner {
  constructor(
    readonly model: Model,
    readonly optimizer: Optimizer,
    readonly forward: Forward,
    readonly metrics: Readonly<Record<string, Metric>>,
    /** The longest that the gradients may be together. Default: what the optimiser asks for. */
    readonly clipNorm?: number,
  ) {}

  /**
   * One update, by the mean gradients of all parts of the batch. Throws `ArgumentError` for a batch that does not fill its shapes, and
   * `NotFiniteError`, with nothing updated, where that is asked for.
   */
  update(batch: ExampleBatch, examples: Examples, { step, partSize, checkFinite }: UpdateOptions): BatchOutcome {
    const { variables } = this.model;
    const parts: BatchOutcome[] = [];
    let whole: BatchOutcome | undefined;
    try {
      tidy(() => {
        const mean = new GradientMean();
        for (const part of batchParts(batch, partSize)) {
          const { outcome, gradients } = this.#differentiate(part, examples);
          parts.push(outcome);
          mean.add(gradients, part.size / batch.size);
        }
        whole = joinedOutcome(parts);
        const { gradients } = mean;
        const applied = this.#clip(gradients);
        if (checkFinite) checkUpdate({ step, batch, loss: whole.loss, gradients, applied, variables });
        this.optimizer.applyGradients(variables, applied);
      });
      return whole as unknown as BatchOutcome;
    } catch (error) {
      for (const outcome of whole === undefined ? parts : [whole]) outcome.dispose();
      throw error;
    }
  }

  /** What the model makes of a batch, with nothing updated and nothing dropped. Throws `ArgumentError` for one that does not fill its shapes. */
  evaluate(batch: ExampleBatch, examples: Examples): BatchOutcome {
    const { inputs, targets } = batchTensors('evaluate', batch, examples);
    try {
      const { loss, predictions } = tidy(() => {
        const { predictions, loss } = this.forward(inputs, targets, 'eval', batch.lengths);
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

  /** What the model made of a part of a batch, and the gradients, which the tidy around frees. */
  #differentiate(part: ExampleBatch, examples: Examples): { outcome: BatchOutcome; gradients: Map<string, Tensor> } {
    const { inputs, targets } = batchTensors('fit', part, examples);
    const kept: { predictions?: Tensor2D } = {};
    try {
      const { value, gradients } = valueAndGradients(() => {
        // Metrics want the predictions that the loss was computed from, and the tape would free them.
        const { predictions, loss } = this.forward(inputs, targets, 'train', part.lengths);
        kept.predictions = keep(predictions);
        return loss;
      }, this.model.variables);
      const outcome = new BatchOutcome(keep(value), kept.predictions as Tensor2D, keep(targets), this.metrics);
      return { outcome, gradients };
    } catch (error) {
      kept.predictions?.dispose();
      throw error;
    } finally {
      inputs.dispose();
    }
  }

  #clip(gradients: Map<string, Tensor>): Map<string, Tensor> {
    const clipNorm = this.clipNorm ?? this.optimizer.clipNorm;
    return clipNorm === undefined ? gradients : clipByGlobalNorm(gradients, clipNorm).gradients;
  }
}
