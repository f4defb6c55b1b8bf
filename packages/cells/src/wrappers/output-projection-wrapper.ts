import { add, matMul, type Tensor2D } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import type { RNNCell } from '../cell';
import { checkCount } from '../checks';
import type { State, StateSize } from '../state';
import { zeros } from '../weights/initializers';
import { WeightedWrapper, type WrapperOptions } from './weighted-wrapper';

export interface OutputProjectionWrapperOptions extends WrapperOptions {
  /** N, the width of the projected output. */
  outputSize: number;
  /** Of the projected output. Default: linear, none. */
  activation?: Activation;
}

/**
 * Projects the output of the cell, as `tf.contrib.rnn.OutputProjectionWrapper`.
 *
 *     y, state' = cell(x, state);   output = act(y · kernel + bias)
 *
 * State: the cell's. Output: `[B, N]`. Weights: the cell's, then `kernel [P, N]`, `bias [N]`, all below `output_projection_wrapper`.
 */
export class OutputProjectionWrapper<S extends State> extends WeightedWrapper<S, 'kernel' | 'bias'> {
  readonly stateSize: StateSize;
  readonly outputSize: number;
  readonly activation: Activation;
  protected readonly weightsBeforeCell = 0;

  constructor(cell: RNNCell<S>, options: OutputProjectionWrapperOptions) {
    super(cell, 'output_projection_wrapper', options);
    const { outputSize, activation = 'linear' } = options;
    checkCount('OutputProjectionWrapper', 'outputSize', outputSize);
    this.stateSize = cell.stateSize;
    this.outputSize = outputSize;
    this.activation = namedActivation('OutputProjectionWrapper', activation);
  }

  protected declareWeights() {
    const N = this.outputSize;
    return { kernel: { shape: [this.cell.outputSize, N] }, bias: { shape: [N], initializer: zeros() } };
  }

  protected cellInputSize(inputSize: number): number {
    return inputSize;
  }

  protected step(x: Tensor2D, state: S, cell: RNNCell<S>): [Tensor2D, S] {
    const [y, newState] = cell.call(x, state);
    const projected = add<Tensor2D>(matMul(y, this.weight('kernel')), this.weight('bias'));
    return [activationFunction(this.activation)(projected), newState];
  }
}
