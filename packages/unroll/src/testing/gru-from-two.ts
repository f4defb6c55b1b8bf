import { GRUCell } from '@rnn/cells';
import { fill, type Tensor2D } from '@tensorflow/tfjs-core';

/** A cell that declares its recurrence and begins at 2 in every unit. */
export class GRUFromTwo extends GRUCell {
  override zeroState(batchSize: number): Tensor2D {
    return fill([batchSize, this.numUnits], 2);
  }
}
