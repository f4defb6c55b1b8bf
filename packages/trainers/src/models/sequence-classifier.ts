import type { Initializer } from '@rnn/cells';
import { checkCount } from '../checks';
import type { Model } from './model';
import { SequenceModel, type SequenceModelOptions } from './sequence-model';

export interface SequenceClassifierOptions extends SequenceModelOptions {
  /** C, the number of classes. */
  readonly classes: number;
  /** Of `dense/kernel`. Default: Glorot's uniform one. */
  readonly kernelInitializer?: Initializer | undefined;
  /** Of `dense/bias`. Default: zeros. */
  readonly biasInitializer?: Initializer | undefined;
}

/**
 * A classifier of sequences: the output of the cell's last step, then a dense layer.
 *
 *     logits = last output · dense/kernel + dense/bias
 *     logits = [last output forward, last output backward] · dense/kernel + dense/bias                       backwardCell
 *     logits = [output forward, output backward] of the last step in time · dense/kernel + dense/bias        backwardCell, head: 'last'
 *
 * `apply`: `[B, T, D]` to logits `[B, C]`. Variables: the cell's, such as `rnn/basic_lstm_cell/kernel`, then `dense/kernel [P, C]` and
 * `dense/bias [C]`. With a `backwardCell` they are `bidirectional_rnn/fw/…`, `bidirectional_rnn/bw/…` and `dense/kernel [P + P backward, C]`; the
 * backward cell's last step is the first in time, as in PyTorch's and Keras' bidirectional layers. A list of cells is layers on top of each
 * other: in one direction a `MultiRNNCell`, in both the stack of `stackBidirectionalDynamicRnn` (or, of the static runner,
 * `stackBidirectionalRnn`), with its variables' names. Throws `ArgumentError` for a count, a runner or a head that is none, and for lists that do
 * not match.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { BasicLSTMCell } from '@rnn/cells';
 * import { sequenceClassifier } from '@rnn/trainers';
 * import { zeros } from '@tensorflow/tfjs-core';
 *
 * const model = sequenceClassifier({ cell: new BasicLSTMCell(8), classes: 10 });
 * console.log(model.apply(zeros([2, 28, 28])).shape); // [2, 10]
 *
 * const both = sequenceClassifier({ cell: new BasicLSTMCell(8), backwardCell: new BasicLSTMCell(8), classes: 10 });
 * both.build([28, 28]);
 * console.log(both.variables.get('dense/kernel')?.shape); // [16, 10]
 *
 * const layers = () => [8, 8].map((units) => new BasicLSTMCell(units));
 * const deep = sequenceClassifier({ cell: layers(), backwardCell: layers(), classes: 10 });
 * deep.build([28, 28]);
 * console.log([...deep.variables.keys()][0]); // stack_bidirectional_rnn/cell_0/bidirectional_rnn/fw/basic_lstm_cell/kernel
 * ```
 */
export function sequenceClassifier(options: SequenceClassifierOptions): Model {
  const { classes, kernelInitializer, biasInitializer } = options;
  checkCount('sequenceClassifier', 'classes', classes);
  return new SequenceModel('sequenceClassifier', options, { units: classes, kernelInitializer, biasInitializer });
}
