import { ArgumentError } from '@rnn/cells';
import type { Scalar } from '@tensorflow/tfjs-core';
import { checkFunction } from '../checks';
import type { Examples } from '../examples';
import type { Metric } from '../metrics/metric';
import type { Model } from '../models/model';
import type { FitOptions } from '../trainer/fit-options';
import type { Evaluation, FitResult } from '../trainer/fit-result';
import type { PredictInputs } from '../trainer/input-batches';
import { Trainer } from '../trainer/trainer';
import type { Mode, ModelFn, ModelFnOps } from './model-fn';
import type { TrainOp } from './optimize-loss';
import { TrainOpOptimizer } from './train-op-optimizer';

export type EstimatorOptions<MetricName extends string, Params> = {
  /** What has the weights that `modelFn` uses, of which TensorFlow's graph knows by itself. They are built, trained and freed. */
  readonly model: Pick<Model, 'variables' | 'build' | 'dispose'>;
  readonly modelFn: ModelFn<Params>;
  /** What to measure besides, by the names that results and reports use. Default: nothing. */
  readonly metrics?: Readonly<Record<MetricName, Metric>>;
  /** The initial weights of a model that is not built yet and every shuffle follow from it: 0 to 2^53 - 1. Default: a random one. */
  readonly seed?: number | undefined;
} & (undefined extends Params ? { readonly params?: Params } : { /** Handed to `modelFn`. */ readonly params: Params });

/**
 * Trains, evaluates and predicts with what one function says of network, loss and update, as TensorFlow 1's `tf.contrib.learn.Estimator`:
 *
 *     modelFn(features, labels, mode, params) → { predictions, loss, trainOp }
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

  constructor({ model, modelFn, params, metrics, seed }: EstimatorOptions<MetricName, Params>) {
    const remedy = 'It has the weights; sequenceClassifier and sequenceRegressor make models.';
    checkFunction('Estimator', 'model.build', model?.build, remedy);
    checkFunction('Estimator', 'modelFn', modelFn);
    const given = params as Params;
    const optimizer = new TrainOpOptimizer();
    const inferring: Model = {
      get variables() {
        return model.variables;
      },
      build: (inputShape, options) => model.build(inputShape, options),
      apply: (features) => checked(modelFn(features, undefined, 'infer', given), 'infer').predictions,
      dispose: () => model.dispose(),
    };
    this.#trainer = new Trainer(inferring, {
      ...{ optimizer, seed, ...(metrics && { metrics }) },
      forward(features, labels, mode) {
        const ops = checked(modelFn(features, labels, mode, given), mode);
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

  /** Updates the model on batches of `examples`: see `Trainer.fit`. */
  fit(examples: Examples, options: FitOptions): Promise<FitResult<MetricName>> {
    return this.#trainer.fit(examples, options);
  }

  /** The mean loss and metrics over all examples: see `Trainer.evaluate`. */
  evaluate(examples: Examples, options: { readonly batchSize?: number } = {}): Promise<Evaluation<MetricName>> {
    return this.#trainer.evaluate(examples, options);
  }

  /** The values of the predictions `[N, K]`, row-major: see `Trainer.predict`. */
  predict(
    inputs: PredictInputs,
    options: { readonly batchSize?: number; readonly inputShape?: readonly number[] | undefined } = {},
  ): Promise<Float32Array> {
    return this.#trainer.predict(inputs, options);
  }

  /** Frees the model's variables and the optimiser's slots. */
  dispose(): void {
    this.#trainer.dispose();
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
