import { add, matMul, type Tensor2D } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import type { RNNCell } from '../cell';
import { checkCount } from '../checks';
import type { State, StateSize } from '../state';
import { zeros } from '../weights/initializers';
import { WeightedWrapper, type WrapperOptions } from './weighted-wrapper';

export interface InputProjectionWrapperOptions extends WrapperOptions {
  /** N, the width of what the cell is given. */
  numProj: number;
  /** Of the projected inputs. Default: linear, none. */
  activation?: Activation;
}

/**
 * Projects the inputs before the cell, as `tf.contrib.rnn.InputProjectionWrapper`.
 *
 *     output, state' = cell(act(x · kernel + bias), state)
 *
 * State and output: the cell's. Weights: `kernel [D, N]`, `bias [N]`, then the cell's, all below `input_projection_wrapper`.
 */
export class InputProjectionWrapper<S extends State> extends WeightedWrapper<S, 'kernel' | 'bias'> {
  readonly stateSize: StateSize;
  readonly outputSize: number;
  readonly numProj: number;
  readonly activation: Activation;
  protected readonly weightsBeforeCell = 2;

  constructor(cell: RNNCell<S>, options: InputProjectionWrapperOptions) {
    super(cell, 'input_projection_wrapper', options);
    const { numProj, activation = 'linear' } = options;
    checkCount('InputProjectionWrapper', 'numProj', numProj);
    this.stateSize = cell.stateSize;
    this.outputSize = cell.outputSize;
    this.numProj = numProj;
    this.activation = namedActivation('InputProjectionWrapper', activation);
  }

  protected declareWeights(inputSize: number) {
    const N = this.numProj;
    return { kernel: { shape: [inputSize, N] }, bias: { shape: [N], initializer: zeros() } };
  }

  protected cellInputSize(): number {
    return this.numProj;
  }

  protected step(x: Tensor2D, state: S, cell: RNNCell<S>): [Tensor2D, S] {
    const projected = add<Tensor2D>(matMul(x, this.weight('kernel')), this.weight('bias'));
    return cell.call(activationFunction(this.activation)(projected), state);
  }
}
