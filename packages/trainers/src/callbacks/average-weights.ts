import { ArgumentError } from '@rnn/cells';
import { keep, mul, sub, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { checkDecay } from '../checks';
import type { Model } from '../models/model';
import type { CallbackState, StepInfo, TrainingCallback, TrainingRun } from '../trainer/training-callback';
import { WeightsCopy } from './weights-copy';

export interface AverageWeightsOptions {
  /** How much of the average is kept at an update: at least 0 and below 1. */
  readonly decay: number;
  /** Keep less at first, so that the first weights are soon forgotten: see the equation. Default: false. */
  readonly numUpdates?: boolean | undefined;
}

/** A model's weights, averaged over the steps of its training. */
export interface AverageWeights extends TrainingCallback {
  /** The averages by their variables' names; none before the first fit. They are freed at the next step. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /**
   * Runs `work` with the averages in the model, which has its own weights again afterwards, also when `work` throws. Nothing may train the
   * model meanwhile. Throws `ArgumentError` where there are no averages yet, or they are another model's.
   */
  swap<Result>(model: Pick<Model, 'variables'>, work: () => Result | Promise<Result>): Promise<Result>;
  /** Gives the model the averages for good. Throws as `swap` does. */
  assignTo(model: Pick<Model, 'variables'>): void;
  /** Frees the averages. */
  dispose(): void;
}

/**
 * The exponential moving average of the weights (Polyak & Juditsky 1992), which often predicts better than the last ones, as
 * `tf.train.ExponentialMovingAverage`. After every update, from the weights that training began with:
 *
 *     average -= (1 - decay) · (average - weight)
 *     with numUpdates: min(decay, (1 + step) / (10 + step)) for decay, step the number of updates made
 *
 * Of the trainable variables. Its state has TensorFlow's names, `rnn/basic_lstm_cell/kernel/ExponentialMovingAverage`. Throws `ArgumentError`
 * unless `decay` is at least 0 and below 1.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { BasicLSTMCell } from '@rnn/cells';
 * import { sine } from '@rnn/datasets';
 * import { adagrad, averageWeights, meanSquaredError, sequenceRegressor, Trainer } from '@rnn/trainers';
 *
 * const { train, test } = sine({ seed: 1 });
 * const model = sequenceRegressor({ cell: new BasicLSTMCell(8), outputs: 1 });
 * const trainer = new Trainer(model, { loss: meanSquaredError, optimizer: adagrad(0.1), seed: 1 });
 * const average = averageWeights({ decay: 0.9 });
 * await trainer.fit(train, { steps: 30, batchSize: 32, callbacks: [average] });
 * const ofLast = await trainer.evaluate(test);
 * const ofAverage = await average.swap(model, () => trainer.evaluate(test));
 * console.log(ofLast.loss !== ofAverage.loss); // true
 * average.dispose();
 * trainer.dispose();
 * ```
 */
export function averageWeights(options: AverageWeightsOptions): AverageWeights {
  checkDecay('averageWeights', 'decay', options.decay);
  return new MovingAverage(options);
}

const suffix = '/ExponentialMovingAverage';

class MovingAverage implements AverageWeights {
  readonly name = 'averageWeights';
  readonly #options: AverageWeightsOptions;
  readonly #averages = new WeightsCopy();

  constructor(options: AverageWeightsOptions) {
    this.#options = options;
  }

  get weights(): ReadonlyMap<string, Tensor> {
    return this.#averages.tensors;
  }

  onTrainBegin({ trainer }: TrainingRun): void {
    const variables = trainable(trainer.model);
    if (this.weights.size === 0) this.#averages.take(variables);
    else this.#averages.checkFits(this.name, variables);
  }

  onStep({ step, trainer }: StepInfo): void {
    const { decay: most, numUpdates = false } = this.#options;
    const decay = numUpdates ? Math.min(most, (1 + step) / (10 + step)) : most;
    const { variables } = trainer.model;
    const moved = [...this.weights].map(([name, average]) => {
      const weight = variables.get(name) as Variable;
      return [name, keep(tidy(() => sub(average, mul(sub(average, weight), 1 - decay))))] as const;
    });
    this.#averages.replace(new Map(moved));
  }

  async swap<Result>(model: Pick<Model, 'variables'>, work: () => Result | Promise<Result>): Promise<Result> {
    const own = new WeightsCopy();
    own.take(trainable(model));
    try {
      this.#assign('averageWeights.swap', model);
      return await work();
    } finally {
      own.assignTo('averageWeights.swap', model.variables);
      own.dispose();
    }
  }

  assignTo(model: Pick<Model, 'variables'>): void {
    this.#assign('averageWeights.assignTo', model);
  }

  dispose(): void {
    this.#averages.dispose();
  }

  getState(): CallbackState {
    return { values: {}, tensors: new Map([...this.weights].map(([name, tensor]) => [name + suffix, tensor])) };
  }

  setState({ tensors }: CallbackState): void {
    this.#averages.take(new Map([...tensors].map(([name, tensor]) => [name.slice(0, -suffix.length), tensor])));
  }

  #assign(where: string, { variables }: Pick<Model, 'variables'>): void {
    if (this.weights.size === 0) throw new ArgumentError(where, 'averages of a fit', 'none', 'Pass it to fit first.');
    this.#averages.assignTo(where, variables);
  }
}

const trainable = ({ variables }: Pick<Model, 'variables'>): ReadonlyMap<string, Variable> =>
  new Map([...variables].filter(([, variable]) => variable.trainable));
