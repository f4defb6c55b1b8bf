import { ConvLSTMCell, type ConvLSTMCellOptions } from './conv-lstm-cell';

/** `ConvLSTMCell` over images: `[B, height, width, channels]`. */
export class Conv2DLSTMCell extends ConvLSTMCell<2> {
  constructor(options: ConvLSTMCellOptions) {
    super(2, { ...options, name: options?.name ?? 'conv_2d_lstm_cell' });
  }
}
