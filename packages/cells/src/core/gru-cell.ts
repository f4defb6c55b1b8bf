import {
  add,
  concat,
  matMul,
  mul,
  type Rank,
  sigmoid,
  split,
  sub,
  type Tensor2D,
  type Variable,
} from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { type LayerOptions, LayerRNNCell, type WeightDeclaration } from '../layer-rnn-cell';
import type { GruRecurrence } from '../recurrence';
import { constant, type Initializer, zeros } from '../weights/initializers';

export interface GRUCellOptions extends LayerOptions {
  /** Of the candidate. Default: tanh. */
  activation?: Activation;
  /** Of both kernels. Default: Glorot's uniform one. */
  kernelInitializer?: Initializer;
  /** Of both biases. Default: 1 for the gates, so that a new cell keeps its state, and 0 for the candidate. */
  biasInitializer?: Initializer;
}

type GRUWeight = 'gates/kernel' | 'gates/bias' | 'candidate/kernel' | 'candidate/bias';

/**
 * Gated recurrent unit (Cho et al. 2014, https://arxiv.org/abs/1406.1078).
 *
 *     r, u = split(σ([x, h] · gates/kernel + gates/bias), 2)
 *     n = act([x, r ⊙ h] · candidate/kernel + candidate/bias)      the reset gate acts before the product
 *     h' = u ⊙ h + (1 - u) ⊙ n
 *
 * State and output: `h [B, H]`. Weights: `gates/kernel [D + H, 2H]`, `gates/bias [2H]`, `candidate/kernel [D + H, H]`, `candidate/bias [H]`.
 */
export class GRUCell extends LayerRNNCell<Tensor2D, GRUWeight> {
  readonly stateSize: number;
  readonly outputSize: number;
  readonly activation: Activation;
  readonly #kernelInitializer: Initializer | undefined;
  readonly #biasInitializer: Initializer | undefined;

  constructor(numUnits: number, options: GRUCellOptions = {}) {
    super(numUnits, 'gru_cell', options);
    this.stateSize = numUnits;
    this.outputSize = numUnits;
    this.activation = namedActivation('GRUCell', options.activation ?? 'tanh');
    this.#kernelInitializer = options.kernelInitializer;
    this.#biasInitializer = options.biasInitializer;
    this.buildIfSized(options);
  }

  get recurrence(): GruRecurrence {
    const { numUnits, activation } = this;
    const weights = {
      gatesKernel: this.weight<Variable<Rank.R2>>('gates/kernel'),
      gatesBias: this.weight<Variable<Rank.R1>>('gates/bias'),
      candidateKernel: this.weight<Variable<Rank.R2>>('candidate/kernel'),
      candidateBias: this.weight<Variable<Rank.R1>>('candidate/bias'),
    };
    return { type: 'gru', numUnits, activation, ...(this.inputSize !== undefined && { weights }) };
  }

  protected declareWeights(inputSize: number): Record<GRUWeight, WeightDeclaration> {
    const H = this.numUnits;
    const kernel = this.#kernelInitializer && { initializer: this.#kernelInitializer };
    const bias = this.#biasInitializer;
    return {
      'gates/kernel': { shape: [inputSize + H, 2 * H], ...kernel },
      'gates/bias': { shape: [2 * H], initializer: bias ?? constant(1) },
      'candidate/kernel': { shape: [inputSize + H, H], ...kernel },
      'candidate/bias': { shape: [H], initializer: bias ?? zeros() },
    };
  }

  protected step(x: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] {
    const act = activationFunction(this.activation);
    const gates = sigmoid(
      add<Tensor2D>(matMul(concat([x, h], 1), this.weight('gates/kernel')), this.weight('gates/bias')),
    );
    const [r, u] = split(gates, 2, 1) as [Tensor2D, Tensor2D];
    const reset = concat([x, mul<Tensor2D>(r, h)], 1);
    const n = act(add<Tensor2D>(matMul(reset, this.weight('candidate/kernel')), this.weight('candidate/bias')));
    const next = add<Tensor2D>(mul(u, h), mul(sub(1, u), n));
    return [next, next];
  }
}
