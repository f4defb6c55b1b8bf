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
  tanh,
  type Variable,
} from '@tensorflow/tfjs-core';
import { type LayerOptions, LayerRNNCell, type WeightDeclaration } from '../layer-rnn-cell';
import type { GruRecurrence } from '../recurrence';
import { constant, type Initializer, zeros } from '../weights/initializers';

export interface CudnnCompatibleGRUCellOptions extends LayerOptions {
  /** Of the three kernels. Default: Glorot's uniform one. */
  kernelInitializer?: Initializer;
}

type CudnnCompatibleGRUWeight =
  | 'gates/kernel'
  | 'gates/bias'
  | 'candidate/input_projection/kernel'
  | 'candidate/input_projection/bias'
  | 'candidate/hidden_projection/kernel'
  | 'candidate/hidden_projection/bias';

/**
 * The gated recurrent unit that cuDNN computes, under the names of `tf.contrib.cudnn_rnn.CudnnCompatibleGRUCell`. It is Keras 2's GRU
 * (`reset_after`) and PyTorch's too, in TensorFlow 1's layout.
 *
 *     r, u = split(σ([x, h] · gates/kernel + gates/bias), 2)
 *     n = tanh(x · input/kernel + input/bias + r ⊙ (h · hidden/kernel + hidden/bias))      the reset gate acts after the product
 *     h' = u ⊙ h + (1 - u) ⊙ n
 *
 * State and output: `h [B, H]`. Weights: `gates/kernel [D + H, 2H]`, `gates/bias [2H]` and, below `candidate`, `input_projection/kernel [D, H]`,
 * `input_projection/bias [H]`, `hidden_projection/kernel [H, H]`, `hidden_projection/bias [H]`. They are not those of `GRUCell`, nor to be
 * converted: r ⊙ (h · kernel) is not (r ⊙ h) · kernel.
 */
export class CudnnCompatibleGRUCell extends LayerRNNCell<Tensor2D, CudnnCompatibleGRUWeight> {
  readonly stateSize: number;
  readonly outputSize: number;
  readonly #kernelInitializer: Initializer | undefined;

  constructor(numUnits: number, options: CudnnCompatibleGRUCellOptions = {}) {
    super(numUnits, 'cudnn_compatible_gru_cell', options);
    this.stateSize = numUnits;
    this.outputSize = numUnits;
    this.#kernelInitializer = options.kernelInitializer;
    this.buildIfSized(options);
  }

  get recurrence(): GruRecurrence {
    const matrix = (name: CudnnCompatibleGRUWeight) => this.weight<Variable<Rank.R2>>(name);
    const vector = (name: CudnnCompatibleGRUWeight) => this.weight<Variable<Rank.R1>>(name);
    const weights = {
      gatesKernel: matrix('gates/kernel'),
      gatesBias: vector('gates/bias'),
      candidateInputKernel: matrix('candidate/input_projection/kernel'),
      candidateInputBias: vector('candidate/input_projection/bias'),
      candidateHiddenKernel: matrix('candidate/hidden_projection/kernel'),
      candidateHiddenBias: vector('candidate/hidden_projection/bias'),
    };
    const constants = { type: 'gru', numUnits: this.numUnits, activation: 'tanh', resetAfter: true } as const;
    return { ...constants, ...(this.inputSize !== undefined && { weights }) };
  }

  protected declareWeights(inputSize: number): Record<CudnnCompatibleGRUWeight, WeightDeclaration> {
    const H = this.numUnits;
    const kernel = this.#kernelInitializer && { initializer: this.#kernelInitializer };
    return {
      'gates/kernel': { shape: [inputSize + H, 2 * H], ...kernel },
      'gates/bias': { shape: [2 * H], initializer: constant(1) },
      'candidate/input_projection/kernel': { shape: [inputSize, H], ...kernel },
      'candidate/input_projection/bias': { shape: [H], initializer: zeros() },
      'candidate/hidden_projection/kernel': { shape: [H, H], ...kernel },
      'candidate/hidden_projection/bias': { shape: [H], initializer: zeros() },
    };
  }

  protected step(x: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] {
    const layer = (v: Tensor2D, of: 'gates' | 'candidate/input_projection' | 'candidate/hidden_projection') =>
      add<Tensor2D>(matMul(v, this.weight(`${of}/kernel`)), this.weight(`${of}/bias`));
    const [r, u] = split(sigmoid(layer(concat([x, h], 1), 'gates')), 2, 1) as [Tensor2D, Tensor2D];
    const reset = mul(r, layer(h, 'candidate/hidden_projection'));
    const n = tanh(add<Tensor2D>(layer(x, 'candidate/input_projection'), reset));
    const next = add<Tensor2D>(mul(u, h), mul(sub(1, u), n));
    return [next, next];
  }
}
