import { ConvLSTMCell, type ConvLSTMCellOptions } from './conv-lstm-cell';

/** `ConvLSTMCell` over volumes: `[B, depth, height, width, channels]`. */
export class Conv3DLSTMCell extends ConvLSTMCell<3> {
  constructor(options: ConvLSTMCellOptions) {
    super(3, { ...options, name: options?.name ?? 'conv_3d_lstm_cell' });
  }
}
