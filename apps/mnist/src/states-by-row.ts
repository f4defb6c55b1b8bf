import type { RNNCell } from '@rnn/cells';
import type { Dataset } from '@rnn/datasets';
import { dynamicRnn } from '@rnn/unroll';
import { type Tensor3D, tensor, tidy } from '@tensorflow/tfjs-core';
import { digitSide } from './pictures/digit-image';
import { type Preparation, prepared } from './preparation';

/**
 * The outputs of a built cell after each row of an image: `[28][P]`. Rows that the preparation leaves out above hold zeros, those below what the last
 * step left; rows of one step hold the same.
 */
export function statesByRow(cell: RNNCell, image: Dataset, preparation: Preparation | undefined): Float32Array[] {
  const { margin, rows } = preparation ?? { margin: 0, rows: 1 };
  const set = prepared(image, preparation);
  const [batch] = set.batches({ batchSize: 1 });
  const outputs = tidy(() => {
    const [steps = 0, inputSize = 0] = set.inputShape;
    const inputs: Tensor3D = tensor(batch?.inputs ?? [], [1, steps, inputSize]);
    return dynamicRnn(cell, inputs, { training: false })[0].dataSync<'float32'>();
  });
  const width = cell.outputSize;
  const last = outputs.length / width - 1;
  return Array.from({ length: digitSide }, (_, row) => {
    const step = Math.min(Math.floor((row - margin) / rows), last);
    return step < 0 ? new Float32Array(width) : outputs.slice(step * width, (step + 1) * width);
  });
}
