import { ArgumentError } from '@rnn/cells';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Model } from '../models/model';
import type { CallbackState, TrainingCallback, TrainingRun } from '../trainer/training-callback';
import { type MonitorOptions, type Watched, watching } from './watching';
import { WeightsCopy } from './weights-copy';

/** The best weights of a training, kept in memory. */
export interface BestSoFar extends TrainingCallback {
  /** The best value of the measure; undefined before the first. */
  readonly value: number | undefined;
  /** After how many updates it was. */
  readonly step: number | undefined;
  /** The model's variables then, by name. They are freed when better ones come. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** Gives the model those weights. Throws `ArgumentError` where there are none yet, or they are another model's. */
  assignTo(model: Pick<Model, 'variables'>): void;
  /** Frees them. */
  dispose(): void;
}

/**
 * Keeps the weights with which a measure was best. The measure of a report is that of its batch before the update, so what is kept for it is one
 * update ahead; that of a validation is exact. Throws `ArgumentError` for options that do not fit.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { BasicLSTMCell } from '@rnn/cells';
 * import { sine } from '@rnn/datasets';
 * import { adagrad, bestSoFar, meanSquaredError, sequenceRegressor, Trainer } from '@rnn/trainers';
 *
 * const { train, test: validation } = sine({ seed: 1 });
 * const model = sequenceRegressor({ cell: new BasicLSTMCell(8), outputs: 1 });
 * const trainer = new Trainer(model, { loss: meanSquaredError, optimizer: adagrad(0.1), seed: 1 });
 * const best = bestSoFar({ monitor: 'validation/loss' });
 * await trainer.fit(train, { steps: 30, batchSize: 32, validation, validateEvery: 10, callbacks: [best] });
 * best.assignTo(model);
 * console.log((await trainer.evaluate(validation)).loss === best.value); // true
 * best.dispose();
 * trainer.dispose();
 * ```
 */
export function bestSoFar(options: MonitorOptions = {}): BestSoFar {
  const best = new BestWeights('bestSoFar', options, { keepsWeights: true });
  return Object.assign(best, best.hooks);
}

interface BestWeightsOptions {
  /** Or the value and the step alone. */
  readonly keepsWeights: boolean;
  /** Told of each value whether it is the best. */
  readonly judged?: (isBest: boolean, run: TrainingRun) => void;
}

/** What `bestSoFar` and `earlyStopping` have in common. */
export class BestWeights {
  /** That of the options. */
  readonly hooks: Watched['hooks'];
  readonly #weights = new WeightsCopy();
  #value: number | undefined;
  #step: number | undefined;

  constructor(
    readonly name: string,
    options: MonitorOptions,
    { keepsWeights, judged }: BestWeightsOptions,
  ) {
    const { hooks, isBetter } = watching(name, options, (value, run) => {
      const isBest = isBetter(value, this.#value);
      if (isBest) {
        [this.#value, this.#step] = [value, run.step];
        if (keepsWeights) this.#weights.take(run.trainer.model.variables);
      }
      judged?.(isBest, run);
    });
    this.hooks = hooks;
  }

  get value(): number | undefined {
    return this.#value;
  }

  get step(): number | undefined {
    return this.#step;
  }

  get weights(): ReadonlyMap<string, Tensor> {
    return this.#weights.tensors;
  }

  assignTo({ variables }: Pick<Model, 'variables'>): void {
    const where = `${this.name}.assignTo`;
    if (this.#step === undefined) throw new ArgumentError(where, 'a measure to have been taken', 'none');
    this.#weights.assignTo(where, variables);
  }

  dispose(): void {
    this.#weights.dispose();
    [this.#value, this.#step] = [undefined, undefined];
  }

  getState(): CallbackState {
    return { values: { value: this.#value ?? null, step: this.#step ?? null }, tensors: this.#weights.tensors };
  }

  setState({ values, tensors }: CallbackState): void {
    [this.#value, this.#step] = [values.value, values.step].map((value) => (value ?? undefined) as number | undefined);
    this.#weights.take(tensors);
  }
}
