import { add, concat, matMul, mul, sigmoid, split, sub, type Tensor2D, type Variable } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { type LayerOptions, LayerRNNCell } from '../layer-rnn-cell';
import { type Initializer, ones } from '../weights/initializers';

export interface MinimalRNNCellOptions extends LayerOptions {
  /** Of the inputs' image. Default: tanh. */
  activation?: Activation;
  /** Default: Glorot's uniform one. */
  kernelInitializer?: Initializer;
  /** Default: ones, so that a new cell keeps its state. */
  biasInitializer?: Initializer;
}

/**
 * MinimalRNN: the inputs are mapped to the units, and one gate mixes them in (Chen 2017, https://arxiv.org/abs/1711.06788; Chen, Pennington &
 * Schoenholz 2018, https://arxiv.org/abs/1806.05394).
 *
 *     z = act(x · kernel[:D])
 *     u = σ([z, h] · kernel[D:] + bias)
 *     h' = u ⊙ h + (1 - u) ⊙ z
 *
 * State and output: `h [B, H]`. Weights: `kernel [D + 2H, H]`, the rows of x, z and h, `bias [H]`. Throws `ArgumentError` for an activation that is
 * not known.
 */
export class MinimalRNNCell extends LayerRNNCell<Tensor2D, 'kernel' | 'bias'> {
  readonly stateSize: number;
  readonly outputSize: number;
  readonly activation: Activation;
  readonly #kernelInitializer: Initializer | undefined;
  readonly #biasInitializer: Initializer | undefined;

  constructor(numUnits: number, options: MinimalRNNCellOptions = {}) {
    super(numUnits, 'minimal_rnn_cell', options);
    this.stateSize = numUnits;
    this.outputSize = numUnits;
    this.activation = namedActivation('MinimalRNNCell', options.activation ?? 'tanh');
    this.#kernelInitializer = options.kernelInitializer;
    this.#biasInitializer = options.biasInitializer;
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number) {
    const H = this.numUnits;
    const kernel = this.#kernelInitializer && { initializer: this.#kernelInitializer };
    return {
      kernel: { shape: [inputSize + 2 * H, H], ...kernel },
      bias: { shape: [H], initializer: this.#biasInitializer ?? ones() },
    };
  }

  protected step(x: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] {
    const act = activationFunction(this.activation);
    const kernel = this.weight<Tensor2D & Variable>('kernel');
    const [ofInputs, ofGate] = split(kernel, [x.shape[1], 2 * this.numUnits], 0) as [Tensor2D, Tensor2D];
    const z = act(matMul(x, ofInputs) as Tensor2D);
    const u = sigmoid(add<Tensor2D>(matMul(concat([z, h], 1), ofGate), this.weight('bias')));
    const next = add<Tensor2D>(mul(u, h), mul(sub(1, u), z));
    return [next, next];
  }
}
