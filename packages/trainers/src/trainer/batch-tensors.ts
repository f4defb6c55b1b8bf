import { ArgumentError } from '@rnn/cells';
import { type Tensor, type Tensor3D, tensor, tidy } from '@tensorflow/tfjs-core';
import type { ExampleBatch, Examples } from '../examples';
import { shapeText } from '../shape-text';

export interface BatchTensors {
  /** `[B, T, D]` float32 */
  readonly inputs: Tensor3D;
  /** `[B, ...targetShape]`, float32 or int32 */
  readonly targets: Tensor;
}

/** The tensors of a batch. Throws `ArgumentError` where it does not hold as many values as its shapes say. */
export function batchTensors(where: string, batch: ExampleBatch, examples: Examples): BatchTensors {
  const make = (what: 'inputs' | 'targets', exampleShape: readonly number[]): Tensor => {
    const shape = [batch.size, ...exampleShape];
    const values = batch[what];
    const count = shape.reduce((product, n) => product * n, 1);
    if (values.length !== count) {
      const expected = `a batch's ${what} to hold ${count} values for shape ${shapeText(shape)}`;
      throw new ArgumentError(where, expected, `${values.length}`);
    }
    return tensor(values, shape);
  };
  return tidy(() => ({
    inputs: make('inputs', examples.inputShape) as Tensor3D,
    targets: make('targets', examples.targetShape),
  }));
}
