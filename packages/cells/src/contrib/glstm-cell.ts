import { add, concat, matMul, mul, sigmoid, split, type Tensor2D, tanh } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { ArgumentError } from '../argument-error';
import { checkCount, checkFinite } from '../checks';
import { type LayerOptions, LayerRNNCell, type WeightDeclaration } from '../layer-rnn-cell';
import { LSTMStateTuple } from '../state';
import { type Initializer, zeros } from '../weights/initializers';

export interface GLSTMCellOptions extends LayerOptions {
  /** Of the groups' kernels and the projection. Default: Glorot's uniform one. */
  initializer?: Initializer;
  /** P: projects the output to this size. Default: no projection. */
  numProj?: number;
  /** G, into how many parts inputs, state and units are cut. Default: 1, an LSTM. */
  numberOfGroups?: number;
  /** Added to the forget gate at run time; not part of the `bias_f` variable. Default: 1. */
  forgetBias?: number;
  /** Of the output; the new input has tanh whatever this is, as in TensorFlow. Default: tanh. */
  activation?: Activation;
}

type GLSTMWeight = `group${number}/kernel` | `bias_${'i' | 'j' | 'f' | 'o'}` | 'projection/kernel';

/**
 * Group LSTM (Kuchaiev & Ginsburg 2017, https://arxiv.org/abs/1703.10722): inputs and state are cut into G groups, each with a kernel of its own,
 * which has G² times fewer weights.
 *
 *     iₖ, jₖ, fₖ, oₖ = split([xₖ, hₖ] · groupK/kernel, 4)                   i = [i₀, i₁, …] + bias_i, and so j, f, o
 *     c' = σ(f + forgetBias) ⊙ c + σ(i) ⊙ tanh(j)
 *     h' = (σ(o) ⊙ act(c')) · projection/kernel
 *
 * D, H and P must be multiples of G. State: `{ c [B, H], h [B, P] }`; the output is h'. Weights: G times `groupK/kernel [(D + P) / G, 4H / G]`,
 * `bias_i`, `bias_j`, `bias_f`, `bias_o`, each `[H]`, with `numProj` `projection/kernel [H, P]`.
 */
export class GLSTMCell extends LayerRNNCell<LSTMStateTuple, GLSTMWeight> {
  readonly stateSize: LSTMStateTuple<number>;
  readonly outputSize: number;
  readonly numProj: number | undefined;
  readonly numberOfGroups: number;
  readonly forgetBias: number;
  readonly activation: Activation;
  readonly #initializer: Initializer | undefined;

  constructor(numUnits: number, options: GLSTMCellOptions = {}) {
    super(numUnits, 'glstm_cell', options);
    const { numProj, numberOfGroups = 1, forgetBias = 1, activation = 'tanh' } = options;
    checkCount('GLSTMCell', 'numberOfGroups', numberOfGroups);
    if (numProj !== undefined) checkCount('GLSTMCell', 'numProj', numProj);
    checkFinite('GLSTMCell', 'forgetBias', forgetBias);
    this.outputSize = numProj ?? numUnits;
    this.stateSize = new LSTMStateTuple(numUnits, this.outputSize);
    this.numProj = numProj;
    this.numberOfGroups = numberOfGroups;
    this.forgetBias = forgetBias;
    this.activation = namedActivation('GLSTMCell', activation);
    this.#initializer = options.initializer;
    this.#checkGroups('GLSTMCell', 'numUnits', numUnits);
    this.#checkGroups('GLSTMCell', 'numProj', this.outputSize);
    this.buildIfSized(options);
  }

  #checkGroups(where: string, what: string, size: number): void {
    const G = this.numberOfGroups;
    if (size % G !== 0) throw new ArgumentError(where, `${what} to be a multiple of numberOfGroups, ${G}`, `${size}`);
  }

  protected declareWeights(inputSize: number): Record<GLSTMWeight, WeightDeclaration> {
    this.#checkGroups('GLSTMCell.build', 'inputSize', inputSize);
    const { numUnits: H, outputSize: P, numberOfGroups: G } = this;
    const kernel = this.#initializer && { initializer: this.#initializer };
    const group = { shape: [(inputSize + P) / G, (4 * H) / G], ...kernel };
    const bias = { shape: [H], initializer: zeros() };
    return {
      ...Object.fromEntries(Array.from({ length: G }, (_, k) => [`group${k}/kernel`, group])),
      ...{ bias_i: bias, bias_j: bias, bias_f: bias, bias_o: bias },
      ...(this.numProj !== undefined && { 'projection/kernel': { shape: [H, P], ...kernel } }),
    } as Record<GLSTMWeight, WeightDeclaration>;
  }

  protected step(x: Tensor2D, { c, h }: LSTMStateTuple): [Tensor2D, LSTMStateTuple] {
    const G = this.numberOfGroups;
    // TensorFlow.js cannot differentiate a split into one.
    const [xs, hs] = G === 1 ? [[x], [h]] : [split(x, G, 1), split(h, G, 1)];
    /** Of each group its i, j, f, o, each `[B, H / G]`. */
    const groups = xs.map((xk, k) => {
      const joined = concat([xk, hs[k] as Tensor2D], 1);
      return split(matMul(joined, this.weight(`group${k}/kernel`)) as Tensor2D, 4, 1);
    });
    const gate = (letter: 'i' | 'j' | 'f' | 'o', at: number): Tensor2D => {
      const parts = groups.map((group) => group[at] as Tensor2D);
      return add(concat(parts, 1), this.weight(`bias_${letter}`));
    };
    const [i, j, f, o] = [gate('i', 0), gate('j', 1), gate('f', 2), gate('o', 3)];
    const newC = add<Tensor2D>(mul(sigmoid(add(f, this.forgetBias)), c), mul(sigmoid(i), tanh(j)));
    const m = mul<Tensor2D>(sigmoid(o), activationFunction(this.activation)(newC));
    const newH = this.numProj === undefined ? m : (matMul(m, this.weight('projection/kernel')) as Tensor2D);
    return [newH, new LSTMStateTuple(newC, newH)];
  }
}
