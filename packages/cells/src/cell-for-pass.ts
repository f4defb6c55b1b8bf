import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { RNNCell } from './cell';
import type { State } from './state';

/** A cell as one pass calls it: with the sizes and the class of `cell`, which errors and `explain` tell, and a step of its own. */
export function cellForPass<S extends State, I extends Tensor = Tensor2D, O extends Tensor = Tensor2D>(
  cell: RNNCell<S, I, O>,
  call: RNNCell<S, I, O>['call'],
): RNNCell<S, I, O> {
  const { stateSize, outputSize, inputShape, device } = cell;
  return {
    ...{ constructor: cell.constructor, stateSize, outputSize, call },
    ...(inputShape !== undefined && { inputShape }),
    ...(device !== undefined && { device }),
  };
}
