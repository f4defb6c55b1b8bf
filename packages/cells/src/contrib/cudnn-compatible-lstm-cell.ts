import { checkOptions } from '../check-options';
import { BasicLSTMCell } from '../core/basic-lstm-cell';
import type { LayerOptions } from '../layer-rnn-cell';

/**
 * The LSTM that cuDNN computes, under the names of `tf.contrib.cudnn_rnn.CudnnCompatibleLSTMCell`: a `BasicLSTMCell` that adds nothing to the
 * forget gate, since cuDNN's bias holds all of it.
 *
 *     i, j, f, o = split([x, h] · kernel + bias, 4)        gate order of TensorFlow 1
 *     c' = c ⊙ σ(f) + σ(i) ⊙ tanh(j)
 *     h' = tanh(c') ⊙ σ(o)
 *
 * State: `{ c, h }`, each `[B, H]`; the output is h'. Weights: `kernel [D + H, 4H]`, `bias [4H]`.
 */
export class CudnnCompatibleLSTMCell extends BasicLSTMCell {
  constructor(numUnits: number, options: LayerOptions = {}) {
    checkOptions('CudnnCompatibleLSTMCell', options);
    const { name = 'cudnn_compatible_lstm_cell' } = options;
    super(numUnits, { ...options, name, forgetBias: 0, stateIsTuple: true, activation: 'tanh' });
  }
}
