import type { Tensor2D } from '@tensorflow/tfjs-core';
import { add, concat, matMul, mul, type Rank, sigmoid, split, type Variable } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { checkFinite, checkFlags } from '../checks';
import { type LayerOptions, LayerRNNCell } from '../layer-rnn-cell';
import type { LstmRecurrence } from '../recurrence';
import { joinState, LSTMStateTuple, splitState } from '../state';
import { zeros } from '../weights/initializers';

/** The state of an LSTM: a pair, or, with `stateIsTuple: false`, one tensor with c before h. */
export type LSTMState<IsTuple extends boolean> = IsTuple extends false ? Tensor2D : LSTMStateTuple;

/** The sizes of an LSTM's state, structured like it. */
export type LSTMStateSize<IsTuple extends boolean> = IsTuple extends false ? number : LSTMStateTuple<number>;

export interface BasicLSTMCellOptions<IsTuple extends boolean> extends LayerOptions {
  /** Added to the forget gate at run time; not part of the `bias` variable. Default: 1. */
  forgetBias?: number;
  /** False gives the state as one tensor `[B, 2H]`. Default: true. */
  stateIsTuple?: IsTuple;
  /** Of the new input and of the output. Default: tanh. */
  activation?: Activation;
}

/**
 * Long short-term memory without peepholes (Hochreiter & Schmidhuber 1997; Zaremba et al. 2014, https://arxiv.org/abs/1409.2329).
 *
 *     i, j, f, o = split([x, h] · kernel + bias, 4)        gate order of TensorFlow 1
 *     c' = c ⊙ σ(f + forgetBias) + σ(i) ⊙ act(j)
 *     h' = act(c') ⊙ σ(o)
 *
 * State: `{ c, h }`, each `[B, H]`; the output is h'. Weights: `kernel [D + H, 4H]`, `bias [4H]`.
 */
export class BasicLSTMCell<IsTuple extends boolean = true> extends LayerRNNCell<LSTMState<IsTuple>, 'kernel' | 'bias'> {
  readonly stateSize: LSTMStateSize<IsTuple>;
  readonly outputSize: number;
  readonly forgetBias: number;
  readonly stateIsTuple: boolean;
  readonly activation: Activation;
  readonly #parts: LSTMStateTuple<number>;

  constructor(numUnits: number, options: BasicLSTMCellOptions<IsTuple> = {}) {
    super(numUnits, 'basic_lstm_cell', options);
    checkFlags('BasicLSTMCell', options, 'stateIsTuple');
    const { forgetBias = 1, stateIsTuple = true, activation = 'tanh' } = options;
    checkFinite('BasicLSTMCell', 'forgetBias', forgetBias);
    this.#parts = new LSTMStateTuple(numUnits, numUnits);
    this.stateSize = (stateIsTuple ? this.#parts : 2 * numUnits) as LSTMStateSize<IsTuple>;
    this.outputSize = numUnits;
    this.forgetBias = forgetBias;
    this.stateIsTuple = stateIsTuple;
    this.activation = namedActivation('BasicLSTMCell', activation);
    this.buildIfSized(options);
  }

  get recurrence(): LstmRecurrence {
    const { numUnits, activation, forgetBias, stateIsTuple } = this;
    const weights = { kernel: this.weight<Variable<Rank.R2>>('kernel'), bias: this.weight<Variable<Rank.R1>>('bias') };
    const constants = { type: 'lstm', numUnits, activation, forgetBias, usePeepholes: false, stateIsTuple } as const;
    return { ...constants, ...(this.inputSize !== undefined && { weights }) };
  }

  protected declareWeights(inputSize: number) {
    const H = this.numUnits;
    return { kernel: { shape: [inputSize + H, 4 * H] }, bias: { shape: [4 * H], initializer: zeros() } };
  }

  protected step(x: Tensor2D, state: LSTMState<IsTuple>): [Tensor2D, LSTMState<IsTuple>] {
    const act = activationFunction(this.activation);
    const { c, h } = this.stateIsTuple
      ? (state as LSTMStateTuple)
      : splitState<LSTMStateTuple>(state as Tensor2D, this.#parts);
    const gates = add<Tensor2D>(matMul(concat([x, h], 1), this.weight('kernel')), this.weight('bias'));
    const [i, j, f, o] = split(gates, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
    const newC = add<Tensor2D>(mul(c, sigmoid(add(f, this.forgetBias))), mul(sigmoid(i), act(j)));
    const newH = mul<Tensor2D>(act(newC), sigmoid(o));
    const next = new LSTMStateTuple(newC, newH);
    return [newH, (this.stateIsTuple ? next : joinState(next)) as LSTMState<IsTuple>];
  }
}
