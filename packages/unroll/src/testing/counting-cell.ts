import type { RNNCell } from '@rnn/cells';
import { add, mul, type Tensor2D } from '@tensorflow/tfjs-core';

/**
 * A third party's cell, with nothing but what a runner asks for, whose answer is known: the state counts the steps from where it starts, and
 * the n-th step, n from 0, puts out `x · (h + n)`. After n steps the state is `h + n`. State and output are as wide as the inputs.
 */
export class CountingCell implements RNNCell<Tensor2D> {
  readonly stateSize: number;
  readonly outputSize: number;
  /** How often it was called. */
  calls = 0;

  /** @param size D */
  constructor(size: number) {
    this.stateSize = size;
    this.outputSize = size;
  }

  call(x: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] {
    this.calls++;
    return [mul(x, h), add(h, 1)];
  }
}
