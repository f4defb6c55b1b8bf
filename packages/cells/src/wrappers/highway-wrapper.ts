import { add, matMul, mul, sigmoid, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import type { RNNCell } from '../cell';
import { checkFinite, checkFlags } from '../checks';
import type { State, StateSize } from '../state';
import { constant } from '../weights/initializers';
import type { SharingOptions, WeightDeclaration } from '../weights/layer-weights';
import { WeightedWrapper } from './weighted-wrapper';

export interface HighwayWrapperOptions extends SharingOptions {
  /** Whether what is not carried is transformed, 1 - t; otherwise that has a gate of its own. Default: true. */
  coupleCarryTransformGates?: boolean;
  /** The first value of `carry_b`; its opposite is that of `transform_b`. Default: 1. */
  carryBiasInit?: number;
}

type HighwayWeight = 'carry_w' | 'carry_b' | 'transform_w' | 'transform_b';

/**
 * Carries the inputs past the cell by a gate, as `tf.contrib.rnn.HighwayWrapper` (Srivastava et al. 2015, https://arxiv.org/abs/1505.00387).
 *
 *     y, state' = cell(x, state);   t = σ(x · carry_w + carry_b)
 *     output = x ⊙ t + y ⊙ (1 - t)                                          coupled
 *     output = x ⊙ t + y ⊙ σ(x · transform_w + transform_b)                 with a gate each
 *
 * The inputs must be as wide as the cell's output: D = P. State: the cell's. Weights: the cell's, then `carry_w [D, D]`, `carry_b [D]` and,
 * uncoupled, `transform_w [D, D]`, `transform_b [D]`. As in TensorFlow they lie directly in the scope of whoever builds the wrapper,
 * beside the cell's name.
 */
export class HighwayWrapper<S extends State> extends WeightedWrapper<S, HighwayWeight> {
  readonly stateSize: StateSize;
  readonly outputSize: number;
  readonly coupleCarryTransformGates: boolean;
  readonly carryBiasInit: number;
  protected readonly weightsBeforeCell = 0;

  constructor(cell: RNNCell<S>, options: HighwayWrapperOptions = {}) {
    super(cell, '', options);
    checkFlags('HighwayWrapper', options, 'coupleCarryTransformGates');
    const { coupleCarryTransformGates = true, carryBiasInit = 1 } = options;
    checkFinite('HighwayWrapper', 'carryBiasInit', carryBiasInit);
    this.stateSize = cell.stateSize;
    this.outputSize = cell.outputSize;
    this.coupleCarryTransformGates = coupleCarryTransformGates;
    this.carryBiasInit = carryBiasInit;
  }

  protected declareWeights(D: number): Record<HighwayWeight, WeightDeclaration> {
    if (D !== this.outputSize)
      throw new ArgumentError('HighwayWrapper.build', `inputs as wide as the output, ${this.outputSize}`, `${D}`);
    return {
      carry_w: { shape: [D, D] },
      carry_b: { shape: [D], initializer: constant(this.carryBiasInit) },
      ...(!this.coupleCarryTransformGates && {
        transform_w: { shape: [D, D] },
        transform_b: { shape: [D], initializer: constant(-this.carryBiasInit) },
      }),
    } as Record<HighwayWeight, WeightDeclaration>;
  }

  protected cellInputSize(inputSize: number): number {
    return inputSize;
  }

  protected step(x: Tensor2D, state: S, cell: RNNCell<S>): [Tensor2D, S] {
    const gate = (name: 'carry' | 'transform'): Tensor2D =>
      sigmoid(add<Tensor2D>(matMul(x, this.weight(`${name}_w`)), this.weight(`${name}_b`)));
    const [y, newState] = cell.call(x, state);
    const carry = gate('carry');
    const transform = this.coupleCarryTransformGates ? sub<Tensor2D>(1, carry) : gate('transform');
    return [add<Tensor2D>(mul(x, carry), mul(y, transform)), newState];
  }
}
