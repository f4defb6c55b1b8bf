import { ArgumentError } from '@rnn/cells';
import type { Scalar } from '@tensorflow/tfjs-core';
import { checkFunction } from '../checks';
import type { Examples } from '../examples';
import type { Metric } from '../metrics/metric';
import type { Model } from '../models/model';
import type { StepReport, TrainingState } from '../state/training-state';
import type { FitOptions } from '../trainer/fit-options';
import type { Evaluation, FitResult } from '../trainer/fit-result';
import type { PredictInputs } from '../trainer/input-batches';
import { Trainer } from '../trainer/trainer';
import type { TrainingCallback } from '../trainer/training-callback';
import type { Mode, ModelFn, ModelFnOps } from './model-fn';
import type { TrainOp } from './optimize-loss';
import { TrainOpOptimizer } from './train-op-optimizer';

/** Where an Estimator's checkpoints are: as a callback it saves them, and it reads the newest. */
export interface ModelDir extends TrainingCallback {
  /** Undefined where there is none. */
  latest(): Promise<TrainingState | undefined>;
}

export type EstimatorOptions<MetricName extends string, Params> = {
  /** What has the weights that `modelFn` uses, of which TensorFlow's graph knows by itself. They are built, trained and freed. */
  readonly model: Pick<Model, 'variables' | 'streams' | 'build' | 'dispose'>;
  readonly modelFn: ModelFn<Params>;
  /** What to measure besides, by the names that results and reports use. Default: nothing. */
  readonly metrics?: Readonly<Record<MetricName, Metric>>;
  /** The initial weights of a model that is not built yet and every shuffle follow from it: 0 to 2^53 - 1. Default: a random one. */
  readonly seed?: number | undefined;
  /**
   * The first call of `fit`, `evaluate` or `predict` goes on from the newest checkpoint in it, and `fit` saves more of them: `modelDir` of
   * `@rnn/trainers/checkpoints` makes one of a folder. Default: nothing is saved.
   */
  readonly modelDir?: ModelDir | undefined;
} & (undefined extends Params ? { readonly params?: Params } : { /** Handed to `modelFn`. */ readonly params: Params });

/**
 * Trains, evaluates and predicts with what one function says of network, loss and update, as TensorFlow 1's `tf.contrib.learn.Estimator`:
 *
 *     modelFn(features, labels, mode, params, sequenceLength) → { predictions, loss, trainOp }
 *
 * `fit` calls it in mode `train` for every batch and makes the update that `optimizeLoss` described; `evaluate` in mode `eval`; `predict` in mode
 * `infer`, without labels. Everything else (steps and epochs, seeds, callbacks, what is freed) is `Trainer`'s, which runs it. Throws
 * `ArgumentError` where `modelFn` gives less than its mode needs, or a `trainOp` of another loss than it gives.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { BasicLSTMCell } from '@rnn/cells';
 * import { sine } from '@rnn/datasets';
 * import { Estimator, meanSquaredError, optimizeLoss, sequenceRegressor } from '@rnn/trainers';
 *
 * const { train, test } = sine({ seed: 1 });
 * const model = sequenceRegressor({ cell: new BasicLSTMCell(8), outputs: 1 });
 * const estimator = new Estimator({
 *   model,
 *   modelFn(features, labels) {
 *     const predictions = model.apply(features); // [B, 1]
 *     if (labels === undefined) return { predictions }; // mode 'infer'
 *     const loss = meanSquaredError(predictions, labels);
 *     return { predictions, loss, trainOp: optimizeLoss(loss, { optimizer: 'Adagrad', learningRate: 0.1 }) };
 *   },
 *   seed: 1,
 * });
 * await estimator.fit(train, { steps: 50, batchSize: 32 });
 * console.log(estimator.globalStep, (await estimator.evaluate(test)).loss < 0.1); // 50 true
 * console.log((await estimator.predict(test)).length); // 1090
 * estimator.dispose();
 * ```
 */
export class Estimator<MetricName extends string = never, Params = undefined> {
  readonly #trainer: Trainer<MetricName>;
  readonly #modelDir: ModelDir | undefined;
  /** Of the newest checkpoint. */
  #restoring: Promise<void> | undefined;

  constructor({ model, modelFn, params, metrics, seed, modelDir }: EstimatorOptions<MetricName, Params>) {
    const remedy = 'It has the weights; sequenceClassifier and sequenceRegressor make models.';
    checkFunction('Estimator', 'model.build', model?.build, remedy);
    checkFunction('Estimator', 'modelFn', modelFn);
    if (modelDir !== undefined) {
      const remedy = 'modelDir of @rnn/trainers/checkpoints makes one of a folder.';
      checkFunction('Estimator', 'modelDir.latest', modelDir.latest, remedy);
    }
    this.#modelDir = modelDir;
    const given = params as Params;
    const optimizer = new TrainOpOptimizer();
    const inferring: Model = {
      get variables() {
        return model.variables;
      },
      get streams() {
        return model.streams;
      },
      build: (inputShape, options) => model.build(inputShape, options),
      apply: (features, { sequenceLength } = {}) =>
        checked(modelFn(features, undefined, 'infer', given, sequenceLength), 'infer').predictions,
      dispose: () => model.dispose(),
    };
    this.#trainer = new Trainer(inferring, {
      ...{ optimizer, seed, ...(metrics && { metrics }) },
      forward(features, labels, mode, lengths) {
        const ops = checked(modelFn(features, labels, mode, given, lengths), mode);
        if (mode === 'train') optimizer.follow(ops.trainOp as TrainOp);
        return { predictions: ops.predictions, loss: ops.loss as Scalar };
      },
    });
  }

  get seed(): number {
    return this.#trainer.seed;
  }

  /** How many updates were made, over all calls of `fit`. */
  get globalStep(): number {
    return this.#trainer.step;
  }

  /** The loss and the metrics of every step that was reported; with a `modelDir`, those of earlier Estimators on it too. */
  get reports(): readonly StepReport[] {
    return this.#trainer.reports;
  }

  /** Updates the model on batches of `examples`: see `Trainer.fit`. */
  async fit(examples: Examples, { callbacks = [], ...options }: FitOptions): Promise<FitResult<MetricName>> {
    await this.#restore();
    const saving = this.#modelDir === undefined ? [] : [this.#modelDir];
    return this.#trainer.fit(examples, { ...options, callbacks: [...saving, ...callbacks] });
  }

  /** The mean loss and metrics over all examples, as `Trainer.evaluate` says. Throws `ArgumentError` where a `modelDir` holds nothing yet. */
  async evaluate(examples: Examples, options: { readonly batchSize?: number } = {}): Promise<Evaluation<MetricName>> {
    await this.#restoreTrained('evaluate');
    return this.#trainer.evaluate(examples, options);
  }

  /** The values of the predictions `[N, K]`, row-major: see `Trainer.predict`. Throws `ArgumentError` where a `modelDir` holds nothing yet. */
  async predict(
    inputs: PredictInputs,
    options: { readonly batchSize?: number; readonly inputShape?: readonly number[] | undefined } = {},
  ): Promise<Float32Array> {
    await this.#restoreTrained('predict');
    return this.#trainer.predict(inputs, options);
  }

  /** Goes on as the Estimator that had this state, to the bit: see `Trainer.restore`. */
  restore(state: TrainingState): void {
    this.#trainer.restore(state);
    this.#restoring ??= Promise.resolve();
  }

  /** Frees the model's variables and the optimiser's slots. */
  dispose(): void {
    this.#trainer.dispose();
  }

  /** At the first call; when that fails, at the next. */
  async #restore(): Promise<void> {
    this.#restoring ??= this.#modelDir?.latest().then((state) => {
      if (state !== undefined) this.restore(state);
    });
    try {
      await this.#restoring;
    } catch (error) {
      this.#restoring = undefined;
      throw error;
    }
  }

  async #restoreTrained(where: string): Promise<void> {
    await this.#restore();
    if (this.#modelDir !== undefined && this.globalStep === 0)
      throw new ArgumentError(`Estimator.${where}`, 'a modelDir with a checkpoint', 'one with none', 'Call fit first.');
  }
}

const needed = {
  train: ['predictions', 'loss', 'trainOp'],
  eval: ['predictions', 'loss'],
  infer: ['predictions'],
} as const;

function checked(ops: ModelFnOps, mode: Mode): ModelFnOps {
  const where = 'Estimator';
  if (needed[mode].some((name) => ops?.[name] === undefined)) {
    const given = needed.train.filter((name) => ops?.[name] !== undefined);
    const expected = `modelFn to return ${needed[mode].join(', ')} in mode '${mode}'`;
    throw new ArgumentError(where, expected, given.join(', ') || 'none of them');
  }
  if (mode === 'train' && ops.trainOp?.loss !== ops.loss)
    throw new ArgumentError(where, 'trainOp to be optimizeLoss of the loss that modelFn returns', 'that of another');
  return ops;
}
