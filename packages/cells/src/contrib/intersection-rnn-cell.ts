import { add, concat, matMul, mul, sigmoid, split, sub, type Tensor2D, tanh } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { ArgumentError } from '../argument-error';
import { checkFinite, describeValue } from '../checks';
import { type LayerOptions, LayerRNNCell, type WeightDeclaration } from '../layer-rnn-cell';
import { type Initializer, zeros } from '../weights/initializers';

export interface IntersectionRNNCellOptions extends LayerOptions {
  /** `numUnits`, where the inputs have another width: they are then projected to it. Default: no projection. */
  numInProj?: number;
  /** Of the kernels. Default: Glorot's uniform one. */
  initializer?: Initializer;
  /** Added to both gates at run time; not part of the `bias` variable. Default: 1. */
  forgetBias?: number;
  /** Of the new part of the output. Default: relu. */
  yActivation?: Activation;
}

type IntersectionWeight = 'in_projection/kernel' | 'in_projection/bias' | 'kernel' | 'bias';

/**
 * Intersection recurrent network, +RNN (Collins et al. 2017, https://arxiv.org/abs/1611.09913): one gate along time and one along depth. Made for
 * layers on top of each other; the first needs `numInProj` unless its inputs are H wide.
 *
 *     x = x · in_projection/kernel + in_projection/bias                 where D is not H
 *     gh, h₁, gy, y = split([x, h] · kernel + bias, 4)
 *     h' = gh ⊙ h + (1 - gh) ⊙ tanh(h₁)                                  gh = σ(gh + forgetBias)
 *     output = gy ⊙ x + (1 - gy) ⊙ yAct(y)                               gy = σ(gy + forgetBias)
 *
 * State: h' `[B, H]`, which is not the output `[B, H]`. Weights: `in_projection/kernel [D, H]` and `in_projection/bias [H]` where D is not H,
 * `kernel [2H, 4H]`, `bias [4H]`.
 */
export class IntersectionRNNCell extends LayerRNNCell<Tensor2D, IntersectionWeight> {
  readonly stateSize: number;
  readonly outputSize: number;
  readonly numInProj: number | undefined;
  readonly forgetBias: number;
  readonly yActivation: Activation;
  readonly #initializer: Initializer | undefined;

  constructor(numUnits: number, options: IntersectionRNNCellOptions = {}) {
    super(numUnits, 'intersection_rnn_cell', options);
    const { numInProj, forgetBias = 1, yActivation = 'relu' } = options;
    if (numInProj !== undefined && numInProj !== numUnits) {
      const expected = `numInProj to be numUnits, ${numUnits}, or left out`;
      throw new ArgumentError('IntersectionRNNCell', expected, describeValue(numInProj));
    }
    checkFinite('IntersectionRNNCell', 'forgetBias', forgetBias);
    this.stateSize = numUnits;
    this.outputSize = numUnits;
    this.numInProj = numInProj;
    this.forgetBias = forgetBias;
    this.yActivation = namedActivation('IntersectionRNNCell', yActivation);
    this.#initializer = options.initializer;
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number): Record<IntersectionWeight, WeightDeclaration> {
    const H = this.numUnits;
    const kernel = this.#initializer && { initializer: this.#initializer };
    if (inputSize !== H && this.numInProj === undefined) {
      const remedy = `Set numInProj to ${H}: the inputs are then projected to that width.`;
      throw new ArgumentError('IntersectionRNNCell.build', `inputSize to be numUnits, ${H}`, `${inputSize}`, remedy);
    }
    return {
      ...(inputSize !== H && {
        'in_projection/kernel': { shape: [inputSize, H], ...kernel },
        'in_projection/bias': { shape: [H], initializer: zeros() },
      }),
      kernel: { shape: [2 * H, 4 * H], ...kernel },
      bias: { shape: [4 * H], initializer: zeros() },
    } as Record<IntersectionWeight, WeightDeclaration>;
  }

  protected step(inputs: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] {
    const layer = (v: Tensor2D, scope: '' | 'in_projection/') =>
      add<Tensor2D>(matMul(v, this.weight(`${scope}kernel`)), this.weight(`${scope}bias`));
    const x = this.inputSize === this.numUnits ? inputs : layer(inputs, 'in_projection/');
    const parts = split(layer(concat([x, h], 1), ''), 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
    const [keepH, newH, keepX, newY] = parts;
    const mix = (gate: Tensor2D, old: Tensor2D, fresh: Tensor2D): Tensor2D => {
      const share = sigmoid(add<Tensor2D>(gate, this.forgetBias));
      return add(mul(share, old), mul(sub(1, share), fresh));
    };
    return [mix(keepX, x, activationFunction(this.yActivation)(newY)), mix(keepH, h, tanh(newH))];
  }
}
