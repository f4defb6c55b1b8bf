import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, concat, matMul, mul, type Rank, sigmoid, split, type Variable } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { checkClip, checkCount, checkFinite, checkFlags } from '../checks';
import { clip } from '../clip';
import { type LayerOptions, LayerRNNCell, type WeightDeclaration } from '../layer-rnn-cell';
import type { LstmRecurrence } from '../recurrence';
import { joinState, LSTMStateTuple, splitState } from '../state';
import { type Initializer, zeros } from '../weights/initializers';
import type { LSTMState, LSTMStateSize } from './basic-lstm-cell';

export interface LSTMCellOptions<IsTuple extends boolean> extends LayerOptions {
  /** Diagonal connections from the cell to the gates (Gers & Schmidhuber 2000). Default: false. */
  usePeepholes?: boolean;
  /** Clips c' to ±cellClip before the output is computed. Default: none. */
  cellClip?: number;
  /** Of the kernel, the peepholes and the projection. Default: Glorot's uniform one. */
  initializer?: Initializer;
  /** P: projects the output to this size (Sak et al. 2014). Default: no projection. */
  numProj?: number;
  /** Clips the projected output to ±projClip; without `numProj` it does nothing. Default: none. */
  projClip?: number;
  /** Accepted for old programs and without effect: TensorFlow's checkpoints hold a kernel in shards as one. */
  numUnitShards?: number;
  /** Accepted for old programs and without effect. */
  numProjShards?: number;
  /** Added to the forget gate at run time; not part of the `bias` variable. Default: 1. */
  forgetBias?: number;
  /** False gives the state as one tensor `[B, H + P]`. Default: true. */
  stateIsTuple?: IsTuple;
  /** Of the new input and of the output. Default: tanh. */
  activation?: Activation;
}

type LSTMWeight = 'kernel' | 'bias' | 'w_f_diag' | 'w_i_diag' | 'w_o_diag' | 'projection/kernel';

let warnedOfShards = false;

/**
 * Long short-term memory with peepholes, projection and clipping (Hochreiter & Schmidhuber 1997; Gers & Schmidhuber 2000; Sak et al. 2014,
 * https://arxiv.org/abs/1402.1128).
 *
 *     i, j, f, o = split([x, h] · kernel + bias, 4)        gate order of TensorFlow 1
 *     c' = clip(c ⊙ σ(f + forgetBias + w_f ⊙ c) + σ(i + w_i ⊙ c) ⊙ act(j), cellClip)
 *     h' = clip((σ(o + w_o ⊙ c') ⊙ act(c')) · projection, projClip)
 *
 * A clipped value passes no gradient. State: `{ c [B, H], h [B, P] }`; the output is h'. Weights: `kernel [D + P, 4H]`, `bias [4H]`, with
 * peepholes `w_f_diag`, `w_i_diag`, `w_o_diag`, each `[H]`, with `numProj` `projection/kernel [H, P]`.
 */
export class LSTMCell<IsTuple extends boolean = true> extends LayerRNNCell<LSTMState<IsTuple>, LSTMWeight> {
  readonly stateSize: LSTMStateSize<IsTuple>;
  readonly outputSize: number;
  readonly usePeepholes: boolean;
  readonly forgetBias: number;
  readonly stateIsTuple: boolean;
  readonly activation: Activation;
  readonly cellClip: number | undefined;
  readonly numProj: number | undefined;
  readonly projClip: number | undefined;
  readonly #initializer: Initializer | undefined;
  readonly #parts: LSTMStateTuple<number>;

  constructor(numUnits: number, options: LSTMCellOptions<IsTuple> = {}) {
    super(numUnits, 'lstm_cell', options);
    checkFlags('LSTMCell', options, 'usePeepholes', 'stateIsTuple');
    const {
      usePeepholes = false,
      forgetBias = 1,
      stateIsTuple = true,
      activation = 'tanh',
      numProj,
      cellClip,
      projClip,
    } = options;
    if (numProj !== undefined) checkCount('LSTMCell', 'numProj', numProj);
    checkClip('LSTMCell', 'cellClip', cellClip);
    checkClip('LSTMCell', 'projClip', projClip);
    checkFinite('LSTMCell', 'forgetBias', forgetBias);
    if (!warnedOfShards && (options.numUnitShards !== undefined || options.numProjShards !== undefined)) {
      warnedOfShards = true;
      console.warn('LSTMCell: numUnitShards and numProjShards are deprecated and have no effect; leave them out.');
    }
    this.outputSize = numProj ?? numUnits;
    this.#parts = new LSTMStateTuple(numUnits, this.outputSize);
    this.stateSize = (stateIsTuple ? this.#parts : numUnits + this.outputSize) as LSTMStateSize<IsTuple>;
    this.usePeepholes = usePeepholes;
    this.forgetBias = forgetBias;
    this.stateIsTuple = stateIsTuple;
    this.activation = namedActivation('LSTMCell', activation);
    this.cellClip = cellClip;
    this.numProj = numProj;
    this.projClip = numProj === undefined ? undefined : projClip;
    this.#initializer = options.initializer;
    this.buildIfSized(options);
  }

  get recurrence(): LstmRecurrence {
    const { numUnits, activation, forgetBias, usePeepholes, stateIsTuple, numProj, cellClip, projClip } = this;
    const vector = (name: LSTMWeight) => this.weight<Variable<Rank.R1>>(name);
    const weights = {
      kernel: this.weight<Variable<Rank.R2>>('kernel'),
      bias: vector('bias'),
      ...(usePeepholes && { peepholes: { f: vector('w_f_diag'), i: vector('w_i_diag'), o: vector('w_o_diag') } }),
      ...(numProj !== undefined && { projection: this.weight<Variable<Rank.R2>>('projection/kernel') }),
    };
    return {
      type: 'lstm',
      ...{ numUnits, activation, forgetBias, usePeepholes, stateIsTuple },
      ...(numProj !== undefined && { numProj }),
      ...(cellClip !== undefined && { cellClip }),
      ...(projClip !== undefined && { projClip }),
      ...(this.inputSize !== undefined && { weights }),
    };
  }

  protected declareWeights(inputSize: number): Record<LSTMWeight, WeightDeclaration> {
    const H = this.numUnits;
    const initializer = this.#initializer && { initializer: this.#initializer };
    const diagonal = { shape: [H], ...initializer };
    return {
      kernel: { shape: [inputSize + this.outputSize, 4 * H], ...initializer },
      bias: { shape: [4 * H], initializer: zeros() },
      ...(this.usePeepholes && { w_f_diag: diagonal, w_i_diag: diagonal, w_o_diag: diagonal }),
      ...(this.numProj !== undefined && { 'projection/kernel': { shape: [H, this.numProj], ...initializer } }),
    } as Record<LSTMWeight, WeightDeclaration>;
  }

  protected step(x: Tensor2D, state: LSTMState<IsTuple>): [Tensor2D, LSTMState<IsTuple>] {
    const act = activationFunction(this.activation);
    const { c, h } = this.stateIsTuple
      ? (state as LSTMStateTuple)
      : splitState<LSTMStateTuple>(state as Tensor2D, this.#parts);
    const gates = add<Tensor2D>(matMul(concat([x, h], 1), this.weight('kernel')), this.weight('bias'));
    const [i, j, f, o] = split(gates, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
    const newC = clip(
      add<Tensor2D>(
        mul(c, sigmoid(this.#peep(add(f, this.forgetBias), 'w_f_diag', c))),
        mul(sigmoid(this.#peep(i, 'w_i_diag', c)), act(j)),
      ),
      this.cellClip,
    );
    const m = mul<Tensor2D>(sigmoid(this.#peep(o, 'w_o_diag', newC)), act(newC));
    const newH =
      this.numProj === undefined ? m : clip(matMul(m, this.weight('projection/kernel')) as Tensor2D, this.projClip);
    const next = new LSTMStateTuple(newC, newH);
    return [newH, (this.stateIsTuple ? next : joinState(next)) as LSTMState<IsTuple>];
  }

  #peep(gate: Tensor2D, name: LSTMWeight, c: Tensor2D): Tensor2D {
    return this.usePeepholes ? add(gate, mul(c, this.weight<Tensor1D & Variable>(name))) : gate;
  }
}
