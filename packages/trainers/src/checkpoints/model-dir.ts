import { Checkpoints } from './checkpoints';

export interface ModelDirOptions {
  /** After how many updates a checkpoint is saved; another at the end of `fit`. Default: 500. */
  readonly saveCheckpointsSteps?: number;
  /** How many are kept, the newest. Default: 5. */
  readonly keepCheckpointMax?: number;
}

/**
 * A folder of checkpoints for `new Estimator({ modelDir, … })`, with the options of TensorFlow 1's `RunConfig`: see `Checkpoints`. Node only.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { BasicLSTMCell } from '@rnn/cells';
 * import { sine } from '@rnn/datasets';
 * import { Estimator, meanSquaredError, optimizeLoss, sequenceRegressor } from '@rnn/trainers';
 * import { modelDir } from '@rnn/trainers/checkpoints';
 *
 * function regressor() {
 *   const model = sequenceRegressor({ cell: new BasicLSTMCell(8), outputs: 1 });
 *   return new Estimator({
 *     model,
 *     modelFn(features, labels) {
 *       const predictions = model.apply(features);
 *       if (labels === undefined) return { predictions };
 *       const loss = meanSquaredError(predictions, labels);
 *       return { predictions, loss, trainOp: optimizeLoss(loss, { optimizer: 'Adagrad', learningRate: 0.1 }) };
 *     },
 *     modelDir: modelDir('runs/estimator', { saveCheckpointsSteps: 20 }),
 *   });
 * }
 *
 * const { train, test } = sine({ seed: 1 });
 * const first = regressor();
 * await first.fit(train, { steps: 30, batchSize: 32 });
 * const later = regressor(); // in another process, on another day
 * console.log((await later.evaluate(test)).loss === (await first.evaluate(test)).loss, later.globalStep); // true 30
 * ```
 */
export function modelDir(
  folder: string,
  { saveCheckpointsSteps = 500, keepCheckpointMax = 5 }: ModelDirOptions = {},
): Checkpoints {
  return new Checkpoints(folder, { every: saveCheckpointsSteps, keep: keepCheckpointMax });
}
