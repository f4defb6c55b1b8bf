import { add, matMul, mul, relu, sigmoid, split, type Tensor, type Tensor2D, tanh } from '@tensorflow/tfjs-core';
import { checkCount, checkFlags } from '../checks';
import { type LayerOptions, LayerRNNCell, type WeightDeclaration } from '../layer-rnn-cell';
import { LSTMStateTuple } from '../state';
import { zeros } from '../weights/initializers';

export interface NASCellOptions extends LayerOptions {
  /** P: projects the output to this size. Default: no projection. */
  numProj?: number;
  /** Adds a bias to the product of h. Default: false. */
  useBias?: boolean;
}

type NASWeight = 'recurrent_kernel' | 'kernel' | 'bias' | 'projection_weights';
type Eight<T> = [T, T, T, T, T, T, T, T];

/**
 * The cell that neural architecture search found (Zoph & Le 2016, https://arxiv.org/abs/1611.01578).
 *
 *     X_0 … X_7 = split(x · kernel, 8);   M_0 … M_7 = split(h · recurrent_kernel + bias, 8)
 *     b_0 = tanh(tanh(σ(X_0 + M_0) ⊙ relu(X_1 + M_1)) + c)
 *     b_1 = tanh(σ(X_2 + M_2) + relu(X_3 ⊙ M_3))
 *     b_2 = tanh(tanh(X_4 + M_4) ⊙ σ(X_5 + M_5))
 *     b_3 = σ(tanh(X_6 + M_6) + σ(X_7 + M_7))
 *     c' = b_0 ⊙ b_1
 *     h' = tanh(c' ⊙ tanh(b_2 + b_3)) · projection_weights
 *
 * State: `{ c [B, H], h [B, P] }`; the output is h'. Weights: `recurrent_kernel [P, 8H]`, `kernel [D, 8H]`, with `useBias` `bias [8H]`, with
 * `numProj` `projection_weights [H, P]`. Throws `ArgumentError` for a numProj that is no positive integer.
 */
export class NASCell extends LayerRNNCell<LSTMStateTuple, NASWeight> {
  readonly stateSize: LSTMStateTuple<number>;
  readonly outputSize: number;
  readonly numProj: number | undefined;
  readonly useBias: boolean;

  constructor(numUnits: number, options: NASCellOptions = {}) {
    super(numUnits, 'nas_cell', options);
    checkFlags('NASCell', options, 'useBias');
    const { numProj, useBias = false } = options;
    if (numProj !== undefined) checkCount('NASCell', 'numProj', numProj);
    this.outputSize = numProj ?? numUnits;
    this.stateSize = new LSTMStateTuple(numUnits, this.outputSize);
    this.numProj = numProj;
    this.useBias = useBias;
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number): Record<NASWeight, WeightDeclaration> {
    const H = this.numUnits;
    return {
      recurrent_kernel: { shape: [this.outputSize, 8 * H] },
      kernel: { shape: [inputSize, 8 * H] },
      ...(this.useBias && { bias: { shape: [8 * H], initializer: zeros() } }),
      ...(this.numProj !== undefined && { projection_weights: { shape: [H, this.numProj] } }),
    } as Record<NASWeight, WeightDeclaration>;
  }

  protected step(x: Tensor2D, { c, h }: LSTMStateTuple): [Tensor2D, LSTMStateTuple] {
    const recurrent = matMul(h, this.weight('recurrent_kernel'));
    const X = split(matMul(x, this.weight('kernel')), 8, 1) as Eight<Tensor>;
    const M = split(this.useBias ? add(recurrent, this.weight('bias')) : recurrent, 8, 1) as Eight<Tensor>;
    const sum = (k: 0 | 1 | 2 | 4 | 5 | 6 | 7): Tensor2D => add(X[k], M[k]);
    const b0 = tanh(add(tanh(mul(sigmoid(sum(0)), relu(sum(1)))), c));
    const b1 = tanh(add(sigmoid(sum(2)), relu(mul(X[3], M[3]))));
    const b2 = tanh(mul(tanh(sum(4)), sigmoid(sum(5))));
    const b3 = sigmoid(add(tanh(sum(6)), sigmoid(sum(7))));
    const newC = mul<Tensor2D>(b0, b1);
    const m = tanh(mul<Tensor2D>(newC, tanh(add(b2, b3))));
    const newH = this.numProj === undefined ? m : (matMul(m, this.weight('projection_weights')) as Tensor2D);
    return [newH, new LSTMStateTuple(newC, newH)];
  }
}
