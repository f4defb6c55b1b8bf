import type { Initializer } from '@rnn/cells';
import { checkCount } from '../checks';
import type { Model } from './model';
import { SequenceModel, type SequenceModelOptions } from './sequence-model';

export interface SequenceRegressorOptions extends SequenceModelOptions {
  /** The width of a dense layer on the last output. Default: no such layer; the last output itself is the prediction. */
  readonly outputs?: number | undefined;
  /** Of `dense/kernel`. Default: Glorot's uniform one. */
  readonly kernelInitializer?: Initializer | undefined;
  /** Of `dense/bias`. Default: zeros. */
  readonly biasInitializer?: Initializer | undefined;
}

/**
 * Predicts numbers from sequences: the output of the cell's last step, through a dense layer where `outputs` is given.
 *
 * `apply`: `[B, T, D]` to `[B, outputs]`, or `[B, P]` without. Variables: the cell's, such as `rnn/basic_lstm_cell/kernel`, then
 * `dense/kernel [P, outputs]` and `dense/bias [outputs]`. A `backwardCell` makes it bidirectional and a list of cells deep, as in
 * `sequenceClassifier`. Throws `ArgumentError` for what that refuses.
 */
export function sequenceRegressor(options: SequenceRegressorOptions): Model {
  const { outputs, kernelInitializer, biasInitializer } = options;
  if (outputs === undefined) return new SequenceModel('sequenceRegressor', options);
  checkCount('sequenceRegressor', 'outputs', outputs);
  return new SequenceModel('sequenceRegressor', options, { units: outputs, kernelInitializer, biasInitializer });
}
