import {
  add,
  concat,
  matMul,
  maximum,
  mul,
  rsqrt,
  split,
  square,
  sum,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { checkFlags } from '../checks';
import type { WeightDeclaration } from '../layer-rnn-cell';
import { zeros } from '../weights/initializers';
import { NormedLSTMCell, type NormedLSTMCellOptions, type PeepholeWeight } from './normed-lstm-cell';

export interface WeightNormLSTMCellOptions extends NormedLSTMCellOptions {
  /** False takes the kernels as they are, which makes an `LSTMCell` of it. Default: true. */
  norm?: boolean;
}

type WeightNormWeight = 'kernel' | 'norm_0' | 'norm_1' | 'bias' | 'projection/kernel' | 'projection/norm_0';

/**
 * `LSTMCell` whose kernels are directions, with lengths learned apart (Salimans & Kingma 2016, https://arxiv.org/abs/1602.07868).
 *
 *     N(V, g) = g ⊙ V / √max(Σ V², 1e-12)                   each column of V becomes g long
 *     i, j, f, o = split(x · N(kernel[:D], norm_0) + h · N(kernel[D:], norm_1) + bias, 4)
 *     c' = clip(c ⊙ σ(f + forgetBias + w_f ⊙ c) + σ(i + w_i ⊙ c) ⊙ act(j), cellClip)
 *     h' = clip((σ(o + w_o ⊙ c') ⊙ act(c')) · N(projection/kernel, projection/norm_0), projClip)
 *
 * Gate order of TensorFlow 1. The rows of the inputs and those of h are normalised apart. Lengths start as the kernels do, by `initializer`, not by
 * what the data say as in the paper; that is TensorFlow's way. A clipped value passes no gradient. State: `{ c [B, H], h [B, P] }`; the output is
 * h'. Weights: `kernel [D + P, 4H]`, with `norm` `norm_0` and `norm_1` `[4H]`, `bias [4H]`, with peepholes `w_f_diag`, `w_i_diag`, `w_o_diag`, each
 * `[H]`, with `numProj` `projection/kernel [H, P]` and with `norm` `projection/norm_0 [P]`. They are named below `wn_lstm_cell/wn_lstm_cell`, for
 * TensorFlow's cell enters its scope twice. Throws `ArgumentError` for sizes, clips, numbers and activations that are none.
 */
export class WeightNormLSTMCell extends NormedLSTMCell<WeightNormWeight> {
  readonly norm: boolean;

  constructor(numUnits: number, options: WeightNormLSTMCellOptions = {}) {
    super(numUnits, 'wn_lstm_cell/wn_lstm_cell', options);
    checkFlags('WeightNormLSTMCell', options, 'norm');
    this.norm = options.norm ?? true;
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number): Record<WeightNormWeight | PeepholeWeight, WeightDeclaration> {
    const { numUnits: H, outputSize: P } = this;
    const lengths = this.initialised([4 * H]);
    return {
      kernel: this.initialised([inputSize + P, 4 * H]),
      ...(this.norm && { norm_0: lengths, norm_1: lengths }),
      bias: { shape: [4 * H], initializer: zeros() },
      ...this.declarePeepholes(),
      ...(this.numProj !== undefined && { 'projection/kernel': this.initialised([H, P]) }),
      ...(this.numProj !== undefined && this.norm && { 'projection/norm_0': this.initialised([P]) }),
    } as Record<WeightNormWeight | PeepholeWeight, WeightDeclaration>;
  }

  protected gates(joined: Tensor2D): Tensor2D[] {
    const product = matMul(joined, this.norm ? this.#kernel() : this.matrix('kernel')) as Tensor2D;
    return split(add<Tensor2D>(product, this.weight('bias')), 4, 1);
  }

  protected projection(): Tensor2D {
    const kernel = this.matrix('projection/kernel');
    return this.norm ? ofLength(kernel, this.vector('projection/norm_0')) : kernel;
  }

  #kernel(): Tensor2D {
    const [ofInputs, ofState] = split(this.matrix('kernel'), [this.inputSize as number, this.outputSize], 0);
    const parts = [
      ofLength(ofInputs as Tensor2D, this.vector('norm_0')),
      ofLength(ofState as Tensor2D, this.vector('norm_1')),
    ];
    return concat(parts, 0);
  }
}

/** Each column of `v [R, N]` made `g [N]` long; one shorter than 1e-6 stays shorter than `g`, as in TensorFlow. */
const ofLength = (v: Tensor2D, g: Tensor1D): Tensor2D => mul(mul(v, rsqrt(maximum(sum(square(v), 0, true), 1e-12))), g);
