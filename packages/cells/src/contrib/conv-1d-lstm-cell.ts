import { ConvLSTMCell, type ConvLSTMCellOptions } from './conv-lstm-cell';

/** `ConvLSTMCell` over sequences of places, such as sound: `[B, length, channels]`. */
export class Conv1DLSTMCell extends ConvLSTMCell<1> {
  constructor(options: ConvLSTMCellOptions) {
    super(1, { ...options, name: options?.name ?? 'conv_1d_lstm_cell' });
  }
}
