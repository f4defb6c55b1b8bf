import { add, matMul, split, type Tensor2D } from '@tensorflow/tfjs-core';
import { checkFinite, checkFlags } from '../checks';
import type { WeightDeclaration } from '../layer-rnn-cell';
import { zeros } from '../weights/initializers';
import { type LayerNormOptions, layerNorm, layerNormWeights } from './layer-norm';
import { NormedLSTMCell, type NormedLSTMCellOptions, type PeepholeWeight } from './normed-lstm-cell';

export interface LayerNormLSTMCellOptions extends NormedLSTMCellOptions, LayerNormOptions {
  /** Normalises the gates and c', and leaves `bias` out. Default: false, which makes an `LSTMCell` of it. */
  layerNorm?: boolean;
}

type Normalised = 'input' | 'transform' | 'forget' | 'output' | 'state';
type LayerNormLSTMWeight = 'kernel' | 'bias' | `${Normalised}/${'gamma' | 'beta'}` | 'projection/kernel';

/**
 * `LSTMCell` with layer normalisation (Ba, Kiros & Hinton 2016, https://arxiv.org/abs/1607.06450) for those who ask for it by `layerNorm`.
 *
 *     i, j, f, o = split([x, h] · kernel, 4), each normalised     gate order of TensorFlow 1
 *     c' = clip(norm(c ⊙ σ(f + forgetBias + w_f ⊙ c) + σ(i + w_i ⊙ c) ⊙ act(j)), cellClip)
 *     h' = clip((σ(o + w_o ⊙ c') ⊙ act(c')) · projection, projClip)
 *
 * The peepholes are added to normalised gates, and the state keeps the normalised c'. `bias` is made but not added; with `layerNorm: false` it is
 * added, and nothing is normalised. A clipped value passes no gradient. State: `{ c [B, H], h [B, P] }`; the output is h'. Weights: `kernel [D + P, 4H]`,
 * `bias [4H]`, with `layerNorm` `gamma` and `beta` below `input`, `transform`, `forget` and `output`, with peepholes `w_f_diag`, `w_i_diag`,
 * `w_o_diag`, with `layerNorm` `state/gamma` and `state/beta`, each `[H]`, with `numProj` `projection/kernel [H, P]`. Throws `ArgumentError` for
 * sizes, clips, numbers and activations that are none.
 */
export class LayerNormLSTMCell extends NormedLSTMCell<LayerNormLSTMWeight> {
  readonly layerNorm: boolean;
  readonly #norm: Required<LayerNormOptions>;

  constructor(numUnits: number, options: LayerNormLSTMCellOptions = {}) {
    super(numUnits, 'layer_norm_lstm_cell', options);
    checkFlags('LayerNormLSTMCell', options, 'layerNorm');
    const { layerNorm = false, normGain = 1, normShift = 0 } = options;
    checkFinite('LayerNormLSTMCell', 'normGain', normGain);
    checkFinite('LayerNormLSTMCell', 'normShift', normShift);
    this.layerNorm = layerNorm;
    this.#norm = { normGain, normShift };
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number): Record<LayerNormLSTMWeight | PeepholeWeight, WeightDeclaration> {
    const { numUnits: H, outputSize: P } = this;
    const norm = (of: Normalised) => this.layerNorm && layerNormWeights(of, H, this.#norm);
    return {
      kernel: this.initialised([inputSize + P, 4 * H]),
      bias: { shape: [4 * H], initializer: zeros() },
      ...norm('input'),
      ...norm('transform'),
      ...norm('forget'),
      ...norm('output'),
      ...this.declarePeepholes(),
      ...norm('state'),
      ...(this.numProj !== undefined && { 'projection/kernel': this.initialised([H, P]) }),
    } as Record<LayerNormLSTMWeight | PeepholeWeight, WeightDeclaration>;
  }

  protected gates(joined: Tensor2D): Tensor2D[] {
    const product = matMul(joined, this.matrix('kernel')) as Tensor2D;
    if (!this.layerNorm) return split(add<Tensor2D>(product, this.weight('bias')), 4, 1);
    const scopes = ['input', 'transform', 'forget', 'output'] as const;
    return split(product, 4, 1).map((gate, k) => this.#normalise(gate as Tensor2D, scopes[k] as Normalised));
  }

  protected override normaliseCell(c: Tensor2D): Tensor2D {
    return this.layerNorm ? this.#normalise(c, 'state') : c;
  }

  protected projection(): Tensor2D {
    return this.matrix('projection/kernel');
  }

  #normalise(v: Tensor2D, of: Normalised): Tensor2D {
    return layerNorm(v, this.vector(`${of}/gamma`), this.vector(`${of}/beta`));
  }
}
