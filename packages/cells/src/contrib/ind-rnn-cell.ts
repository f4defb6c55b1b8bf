import { add, matMul, mul, type Tensor2D } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { type LayerOptions, LayerRNNCell } from '../layer-rnn-cell';
import { randomUniform, zeros } from '../weights/initializers';

export interface IndRNNCellOptions extends LayerOptions {
  /** Default: tanh. */
  activation?: Activation;
}

/**
 * Independently recurrent network: of the old state a unit sees its own number alone (Li et al. 2018, https://arxiv.org/abs/1803.04831).
 *
 *     h' = act(x · kernel_w + h ⊙ kernel_u + bias)
 *
 * State and output: `h [B, H]`. Weights: `kernel_w [D, H]`, `kernel_u [1, H]`, which starts uniform in [-1, 1), `bias [H]`. Throws
 * `ArgumentError` for an activation that is not known.
 */
export class IndRNNCell extends LayerRNNCell<Tensor2D, 'kernel_w' | 'kernel_u' | 'bias'> {
  readonly stateSize: number;
  readonly outputSize: number;
  readonly activation: Activation;

  constructor(numUnits: number, options: IndRNNCellOptions = {}) {
    super(numUnits, 'ind_rnn_cell', options);
    this.stateSize = numUnits;
    this.outputSize = numUnits;
    this.activation = namedActivation('IndRNNCell', options.activation ?? 'tanh');
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number) {
    const H = this.numUnits;
    return {
      kernel_w: { shape: [inputSize, H] },
      kernel_u: { shape: [1, H], initializer: randomUniform({ minval: -1, maxval: 1 }) },
      bias: { shape: [H], initializer: zeros() },
    };
  }

  protected step(x: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] {
    const act = activationFunction(this.activation);
    const sum = add(matMul(x, this.weight('kernel_w')), mul(h, this.weight('kernel_u')));
    const next = act(add<Tensor2D>(sum, this.weight('bias')));
    return [next, next];
  }
}
