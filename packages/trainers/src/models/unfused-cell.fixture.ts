import { BasicLSTMCell } from '@rnn/cells';
import { add } from '@tensorflow/tfjs-core';

/** No fused kernel knows its activation. */
export const unfusedCell = () => new BasicLSTMCell(4, { activation: (x) => add(x, 1) });
