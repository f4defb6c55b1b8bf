import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, concat, matMul, mul, sigmoid, split, tensor, type Variable } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import type { BuildContext, RNNCell, SequenceOptions } from '../cell';
import { cellForPass } from '../cell-for-pass';
import { checkFinite, checkFlags, checkShare } from '../checks';
import { type LayerOptions, LayerRNNCell, type WeightDeclaration } from '../layer-rnn-cell';
import { MaskSource } from '../mask-source';
import { LSTMStateTuple } from '../state';
import { type LayerNormOptions, layerNorm, layerNormWeights } from './layer-norm';

export interface LayerNormBasicLSTMCellOptions extends LayerOptions, LayerNormOptions {
  /** Added to the forget gate at run time. Default: 1. */
  forgetBias?: number;
  /** Of the new input and of the output. Default: tanh. */
  activation?: Activation;
  /** False gives an LSTM with a bias and without normalisation. Default: true. */
  layerNorm?: boolean;
  /** The share of the new input that is kept, in (0, 1]; a new mask each step. Default: 1. */
  dropoutKeepProb?: number;
  /** The masks follow from it, the same on every backend. Default: that of the store the cell is built in, or a random one. */
  dropoutProbSeed?: number;
}

type Normalised = 'input' | 'transform' | 'forget' | 'output' | 'state';
type LayerNormWeight = 'kernel' | 'bias' | `${Normalised}/${'gamma' | 'beta'}`;

/**
 * Long short-term memory with layer normalisation (Ba, Kiros & Hinton 2016, https://arxiv.org/abs/1607.06450) and recurrent dropout (Semeniuta,
 * Severyn & Barth 2016, https://arxiv.org/abs/1603.05118).
 *
 *     i, j, f, o = split([x, h] · kernel, 4), each normalised     gate order of TensorFlow 1
 *     c' = norm(c ⊙ σ(f + forgetBias) + σ(i) ⊙ drop(act(j), dropoutKeepProb))
 *     h' = act(c') ⊙ σ(o)
 *
 * Dropout is drawn on the host at every step and divides what it keeps by the share kept; `training: false` of a runner, or of `forSequence`,
 * turns it off. State: `{ c, h }`, each `[B, H]`; the output is h', and c is kept normalised. Weights: `kernel [D + H, 4H]`, `gamma` and
 * `beta` below `input`, `transform`, `forget`, `output` and `state`, each `[H]`; with `layerNorm: false` `kernel` and `bias [4H]`, which TensorFlow
 * starts by Glorot's uniform rule as it does the kernel. Throws `ArgumentError` for numbers, shares and activations that are none.
 */
export class LayerNormBasicLSTMCell extends LayerRNNCell<LSTMStateTuple, LayerNormWeight> {
  readonly stateSize: LSTMStateTuple<number>;
  readonly outputSize: number;
  readonly forgetBias: number;
  readonly activation: Activation;
  readonly layerNorm: boolean;
  readonly dropoutKeepProb: number;
  readonly #norm: Required<LayerNormOptions>;
  readonly #options: LayerNormBasicLSTMCellOptions;
  readonly #masks: MaskSource;

  constructor(numUnits: number, options: LayerNormBasicLSTMCellOptions = {}) {
    super(numUnits, 'layer_norm_basic_lstm_cell', options);
    const where = 'LayerNormBasicLSTMCell';
    checkFlags(where, options, 'layerNorm');
    const { forgetBias = 1, activation = 'tanh', normGain = 1, normShift = 0, dropoutKeepProb = 1 } = options;
    for (const [name, value] of Object.entries({ forgetBias, normGain, normShift })) checkFinite(where, name, value);
    checkShare(where, 'dropoutKeepProb', dropoutKeepProb);
    this.stateSize = new LSTMStateTuple(numUnits, numUnits);
    this.outputSize = numUnits;
    this.forgetBias = forgetBias;
    this.activation = namedActivation(where, activation);
    this.layerNorm = options.layerNorm ?? true;
    this.dropoutKeepProb = dropoutKeepProb;
    this.#norm = { normGain, normShift };
    this.#options = options;
    this.#masks = new MaskSource(`${this.name}/dropout`, options.dropoutProbSeed);
    this.buildIfSized(options);
  }

  override build(inputSize: number, context: BuildContext = {}): void {
    super.build(inputSize, context);
    this.#masks.follow(context, this.#options.store);
  }

  protected declareWeights(inputSize: number): Record<LayerNormWeight, WeightDeclaration> {
    const H = this.numUnits;
    const norms = ['input', 'transform', 'forget', 'output', 'state'].map((of) => layerNormWeights(of, H, this.#norm));
    return {
      kernel: { shape: [inputSize + H, 4 * H] },
      ...(this.layerNorm ? Object.assign({}, ...norms) : { bias: { shape: [4 * H] } }),
    };
  }

  forSequence(
    _batchSize: number,
    _inputSize: number,
    { training = true }: SequenceOptions = {},
  ): RNNCell<LSTMStateTuple> {
    if (training || this.dropoutKeepProb === 1) return this;
    return cellForPass(this, (x, state) => this.checkedStep(x, state, () => this.#step(x, state, (g) => g)));
  }

  protected step(x: Tensor2D, state: LSTMStateTuple): [Tensor2D, LSTMStateTuple] {
    return this.#step(x, state, (g) => this.#drop(g));
  }

  #step(x: Tensor2D, { c, h }: LSTMStateTuple, drop: (g: Tensor2D) => Tensor2D): [Tensor2D, LSTMStateTuple] {
    const act = activationFunction(this.activation);
    const product = matMul(concat([x, h], 1), this.weight('kernel')) as Tensor2D;
    const gates = this.layerNorm ? product : add<Tensor2D>(product, this.weight('bias'));
    const [i, j, f, o] = split(gates, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
    const g = drop(act(this.#normalise(j, 'transform')));
    const keep = mul(c, sigmoid(add(this.#normalise(f, 'forget'), this.forgetBias)));
    const write = mul(sigmoid(this.#normalise(i, 'input')), g);
    const newC = this.#normalise(add(keep, write), 'state');
    const newH = mul<Tensor2D>(act(newC), sigmoid(this.#normalise(o, 'output')));
    return [newH, new LSTMStateTuple(newC, newH)];
  }

  #drop(g: Tensor2D): Tensor2D {
    if (this.dropoutKeepProb === 1) return g;
    return mul(g, tensor(this.#masks.draw('input', g.shape, this.dropoutKeepProb), g.shape));
  }

  #normalise(v: Tensor2D, of: Normalised): Tensor2D {
    const vector = (name: LayerNormWeight) => this.weight<Tensor1D & Variable>(name);
    return this.layerNorm ? layerNorm(v, vector(`${of}/gamma`), vector(`${of}/beta`)) : v;
  }
}
