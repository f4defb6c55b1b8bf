import { add, concat, matMul, mul, sigmoid, split, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { checkFinite } from '../checks';
import { type LayerOptions, LayerRNNCell } from '../layer-rnn-cell';
import { type Initializer, zeros } from '../weights/initializers';

export interface UGRNNCellOptions extends LayerOptions {
  /** Of the kernel. Default: Glorot's uniform one. */
  initializer?: Initializer;
  /** Added to the gate at run time; not part of the `bias` variable. Default: 1. */
  forgetBias?: number;
  /** Of the candidate. Default: tanh. */
  activation?: Activation;
}

/**
 * Update gate recurrent network: one gate, which keeps the old state or takes the candidate (Collins, Sohl-Dickstein & Sussillo 2016,
 * https://arxiv.org/abs/1611.09913).
 *
 *     u, n = split([x, h] · kernel + bias, 2)
 *     g = σ(u + forgetBias)
 *     h' = g ⊙ h + (1 - g) ⊙ act(n)
 *
 * State and output: `h [B, H]`. Weights: `kernel [D + H, 2H]`, `bias [2H]`. Throws `ArgumentError` for a forgetBias that is not finite and an
 * activation that is not known.
 */
export class UGRNNCell extends LayerRNNCell<Tensor2D, 'kernel' | 'bias'> {
  readonly stateSize: number;
  readonly outputSize: number;
  readonly forgetBias: number;
  readonly activation: Activation;
  readonly #initializer: Initializer | undefined;

  constructor(numUnits: number, options: UGRNNCellOptions = {}) {
    super(numUnits, 'ugrnn_cell', options);
    const { forgetBias = 1, activation = 'tanh' } = options;
    checkFinite('UGRNNCell', 'forgetBias', forgetBias);
    this.stateSize = numUnits;
    this.outputSize = numUnits;
    this.forgetBias = forgetBias;
    this.activation = namedActivation('UGRNNCell', activation);
    this.#initializer = options.initializer;
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number) {
    const H = this.numUnits;
    const initializer = this.#initializer && { initializer: this.#initializer };
    return {
      kernel: { shape: [inputSize + H, 2 * H], ...initializer },
      bias: { shape: [2 * H], initializer: zeros() },
    };
  }

  protected step(x: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] {
    const act = activationFunction(this.activation);
    const both = add<Tensor2D>(matMul(concat([x, h], 1), this.weight('kernel')), this.weight('bias'));
    const [u, n] = split(both, 2, 1) as [Tensor2D, Tensor2D];
    const g = sigmoid(add<Tensor2D>(u, this.forgetBias));
    const next = add<Tensor2D>(mul(g, h), mul(sub(1, g), act(n)));
    return [next, next];
  }
}
