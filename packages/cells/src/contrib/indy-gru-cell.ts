import { add, concat, matMul, mul, sigmoid, split, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { type LayerOptions, LayerRNNCell, type WeightDeclaration } from '../layer-rnn-cell';
import { constant, type Initializer, randomUniform, zeros } from '../weights/initializers';

export interface IndyGRUCellOptions extends LayerOptions {
  /** Of the candidate. Default: tanh. */
  activation?: Activation;
  /** Of the two kernels that multiply the inputs. Default: Glorot's uniform one. */
  kernelInitializer?: Initializer;
  /** Of both biases. Default: 1 for the gates, so that a new cell keeps its state, and 0 for the candidate. */
  biasInitializer?: Initializer;
}

type IndyGRUWeight =
  | 'gates/kernel_w'
  | 'gates/kernel_u'
  | 'gates/bias'
  | 'candidate/kernel'
  | 'candidate/kernel_u'
  | 'candidate/bias';

/**
 * Gated recurrent unit of which a unit sees its own old state alone: `GRUCell` with diagonal recurrent weights (after Li et al. 2018,
 * https://arxiv.org/abs/1803.04831).
 *
 *     r, u = split(σ(x · gates/kernel_w + [h, h] ⊙ gates/kernel_u + gates/bias), 2)
 *     n = act(x · candidate/kernel + (r ⊙ h) ⊙ candidate/kernel_u + candidate/bias)
 *     h' = u ⊙ h + (1 - u) ⊙ n
 *
 * State and output: `h [B, H]`. Weights: `gates/kernel_w [D, 2H]`, `gates/kernel_u [1, 2H]`, `gates/bias [2H]`, `candidate/kernel [D, H]`,
 * `candidate/kernel_u [1, H]`, `candidate/bias [H]`; both `kernel_u` start uniform in [-1, 1). Throws `ArgumentError` for an activation that is not
 * known.
 */
export class IndyGRUCell extends LayerRNNCell<Tensor2D, IndyGRUWeight> {
  readonly stateSize: number;
  readonly outputSize: number;
  readonly activation: Activation;
  readonly #kernelInitializer: Initializer | undefined;
  readonly #biasInitializer: Initializer | undefined;

  constructor(numUnits: number, options: IndyGRUCellOptions = {}) {
    super(numUnits, 'indy_gru_cell', options);
    this.stateSize = numUnits;
    this.outputSize = numUnits;
    this.activation = namedActivation('IndyGRUCell', options.activation ?? 'tanh');
    this.#kernelInitializer = options.kernelInitializer;
    this.#biasInitializer = options.biasInitializer;
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number): Record<IndyGRUWeight, WeightDeclaration> {
    const H = this.numUnits;
    const kernel = this.#kernelInitializer && { initializer: this.#kernelInitializer };
    const recurrent = { initializer: randomUniform({ minval: -1, maxval: 1 }) };
    return {
      'gates/kernel_w': { shape: [inputSize, 2 * H], ...kernel },
      'gates/kernel_u': { shape: [1, 2 * H], ...recurrent },
      'gates/bias': { shape: [2 * H], initializer: this.#biasInitializer ?? constant(1) },
      'candidate/kernel': { shape: [inputSize, H], ...kernel },
      'candidate/kernel_u': { shape: [1, H], ...recurrent },
      'candidate/bias': { shape: [H], initializer: this.#biasInitializer ?? zeros() },
    };
  }

  protected step(x: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] {
    const act = activationFunction(this.activation);
    const ofGates = mul(concat([h, h], 1), this.weight('gates/kernel_u'));
    const gates = add(add(matMul(x, this.weight('gates/kernel_w')), ofGates), this.weight('gates/bias'));
    const [r, u] = split(sigmoid(gates), 2, 1) as [Tensor2D, Tensor2D];
    const ofState = mul(mul(r, h), this.weight('candidate/kernel_u'));
    const candidate = add(add(matMul(x, this.weight('candidate/kernel')), ofState), this.weight('candidate/bias'));
    const next = add<Tensor2D>(mul(u, h), mul(sub(1, u), act(candidate)));
    return [next, next];
  }
}
