import { add, matMul, mul, sigmoid, split, sub, type Tensor2D, type Variable } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { type LayerOptions, LayerRNNCell } from '../layer-rnn-cell';
import { type Initializer, ones } from '../weights/initializers';

export interface CFNCellOptions extends LayerOptions {
  /** Of the old state and of the inputs' image. Default: tanh. */
  activation?: Activation;
  /** Of both kernels. Default: Glorot's uniform one. */
  kernelInitializer?: Initializer;
  /** Default: ones, so that a new cell keeps its state and takes in little. */
  biasInitializer?: Initializer;
}

/**
 * Chaos free network: without inputs its state falls to 0 (Laurent & von Brecht 2016, https://arxiv.org/abs/1612.06212).
 *
 *     θ, η = split(σ(x · kernel[:, :2H] + h · recurrent_kernel + bias), 2)
 *     h' = θ ⊙ act(h) + (1 - η) ⊙ act(x · kernel[:, 2H:])         the paper has η where TensorFlow has 1 - η
 *
 * State and output: `h [B, H]`. Weights: `kernel [D, 3H]`, `recurrent_kernel [H, 2H]`, `bias [2H]`. Throws `ArgumentError` for an activation that is
 * not known.
 */
export class CFNCell extends LayerRNNCell<Tensor2D, 'kernel' | 'recurrent_kernel' | 'bias'> {
  readonly stateSize: number;
  readonly outputSize: number;
  readonly activation: Activation;
  readonly #kernelInitializer: Initializer | undefined;
  readonly #biasInitializer: Initializer | undefined;

  constructor(numUnits: number, options: CFNCellOptions = {}) {
    super(numUnits, 'cfn_cell', options);
    this.stateSize = numUnits;
    this.outputSize = numUnits;
    this.activation = namedActivation('CFNCell', options.activation ?? 'tanh');
    this.#kernelInitializer = options.kernelInitializer;
    this.#biasInitializer = options.biasInitializer;
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number) {
    const H = this.numUnits;
    const kernel = this.#kernelInitializer && { initializer: this.#kernelInitializer };
    return {
      kernel: { shape: [inputSize, 3 * H], ...kernel },
      recurrent_kernel: { shape: [H, 2 * H], ...kernel },
      bias: { shape: [2 * H], initializer: this.#biasInitializer ?? ones() },
    };
  }

  protected step(x: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] {
    const act = activationFunction(this.activation);
    const H = this.numUnits;
    const ofInputs = matMul(x, this.weight<Tensor2D & Variable>('kernel'));
    const [toGates, image] = split(ofInputs, [2 * H, H], 1) as [Tensor2D, Tensor2D];
    const gates = add(add(toGates, matMul(h, this.weight('recurrent_kernel'))), this.weight('bias'));
    const [theta, eta] = split(sigmoid(gates), 2, 1) as [Tensor2D, Tensor2D];
    const next = add<Tensor2D>(mul(theta, act(h)), mul(sub(1, eta), act(image)));
    return [next, next];
  }
}
