import { add, mul, type Tensor2D } from '@tensorflow/tfjs-core';
import type { RNNCell } from '../cell';

/** A third party's cell, with no more than a cell must have: its output is x · (h + t), t counting the steps in its state. */
export function countingCell(size: number): RNNCell<Tensor2D> {
  return {
    stateSize: size,
    outputSize: size,
    call: (x, count) => [mul(x, add(count, 1)), add(count, 1)],
  };
}

/** A cell that gives what it is given, so that a wrapper shows alone. */
export function passingCell<S extends Tensor2D>(size: number): RNNCell<S> {
  return { stateSize: size, outputSize: size, call: (x, state) => [x, state] };
}
