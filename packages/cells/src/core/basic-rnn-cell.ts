import { add, concat, matMul, type Rank, type Tensor2D, type Variable } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { type LayerOptions, LayerRNNCell } from '../layer-rnn-cell';
import type { RnnRecurrence } from '../recurrence';
import { zeros } from '../weights/initializers';

export interface BasicRNNCellOptions extends LayerOptions {
  /** Default: tanh. */
  activation?: Activation;
}

/**
 * The most basic recurrent cell (Elman 1990).
 *
 *     h' = act([x, h] · kernel + bias)
 *
 * State and output: `h [B, H]`. Weights: `kernel [D + H, H]`, `bias [H]`.
 */
export class BasicRNNCell extends LayerRNNCell<Tensor2D, 'kernel' | 'bias'> {
  readonly stateSize: number;
  readonly outputSize: number;
  readonly activation: Activation;

  constructor(numUnits: number, options: BasicRNNCellOptions = {}) {
    super(numUnits, 'basic_rnn_cell', options);
    this.stateSize = numUnits;
    this.outputSize = numUnits;
    this.activation = namedActivation('BasicRNNCell', options.activation ?? 'tanh');
    this.buildIfSized(options);
  }

  get recurrence(): RnnRecurrence {
    const { numUnits, activation } = this;
    const weights = { kernel: this.weight<Variable<Rank.R2>>('kernel'), bias: this.weight<Variable<Rank.R1>>('bias') };
    return { type: 'rnn', numUnits, activation, ...(this.inputSize !== undefined && { weights }) };
  }

  protected declareWeights(inputSize: number) {
    const H = this.numUnits;
    return { kernel: { shape: [inputSize + H, H] }, bias: { shape: [H], initializer: zeros() } };
  }

  protected step(x: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] {
    const act = activationFunction(this.activation);
    const next = act(add<Tensor2D>(matMul(concat([x, h], 1), this.weight('kernel')), this.weight('bias')));
    return [next, next];
  }
}
