import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, concat, matMul, mul, sigmoid, split, sub, type Variable } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { checkClip, checkCount, checkFinite, checkFlags } from '../checks';
import { clip } from '../clip';
import type { LSTMState, LSTMStateSize } from '../core/basic-lstm-cell';
import { type LayerOptions, LayerRNNCell, type WeightDeclaration } from '../layer-rnn-cell';
import { joinState, LSTMStateTuple, splitState } from '../state';
import { type Initializer, zeros } from '../weights/initializers';
import { type LayerNormOptions, layerNorm, layerNormWeights } from './layer-norm';
import { declareShards, joinShards } from './shards';

export interface CoupledInputForgetGateLSTMCellOptions<IsTuple extends boolean> extends LayerOptions, LayerNormOptions {
  /** Diagonal connections from the cell to the gates. Default: false. */
  usePeepholes?: boolean;
  /** Of the kernel, the peepholes and the projection. Default: Glorot's uniform one. */
  initializer?: Initializer;
  /** P: projects the output to this size. Default: no projection. */
  numProj?: number;
  /** Clips the projected output to ±projClip; without `numProj` it does nothing. Default: none. */
  projClip?: number;
  /** In how many variables, by rows, `W` is stored. Default: 1. */
  numUnitShards?: number;
  /** In how many variables, by rows, `W_P` is stored. Default: 1. */
  numProjShards?: number;
  /** Added to the forget gate at run time; not part of the `B` variable. Default: 1. */
  forgetBias?: number;
  /** False gives the state as one tensor `[B, H + P]`. Default: true. */
  stateIsTuple?: IsTuple;
  /** Of the new input and of the output. Default: tanh. */
  activation?: Activation;
  /** Normalises the gates and c', and leaves `B` out. Default: false. */
  layerNorm?: boolean;
}

type Normalised = 'transform' | 'forget' | 'output' | 'state';
type CoupledWeight =
  | `W_${number}`
  | 'B'
  | `${Normalised}/${'gamma' | 'beta'}`
  | 'W_F_diag'
  | 'W_O_diag'
  | `W_P_${number}`;

/**
 * Long short-term memory whose input gate is what the forget gate leaves (Greff et al. 2015, https://arxiv.org/abs/1503.04069), with peepholes,
 * projection and layer normalisation.
 *
 *     j, f, o = split([x, h] · W_0 + B, 3)                 gate order of TensorFlow 1
 *     g = σ(f + forgetBias + W_F_diag ⊙ c)
 *     c' = g ⊙ c + (1 - g) ⊙ act(j)
 *     h' = clip((σ(o + W_O_diag ⊙ c') ⊙ act(c')) · W_P_0, projClip)
 *
 * With `layerNorm` B is made but not added; j, f, o and c' are normalised, and the state keeps the normalised c'. A clipped value passes no
 * gradient. State: `{ c [B, H], h [B, P] }`; the output is h'. Weights: `W_0 [D + P, 3H]`, `B [3H]`, with `layerNorm` `gamma` and `beta` below
 * `transform`, `forget`, `output` and `state`, each `[H]`, with peepholes `W_F_diag` and `W_O_diag`, each `[H]`, with `numProj` `W_P_0 [H, P]`.
 * Several shards hold the rows of `W` in `W_0`, `W_1`, …, and those of `W_P` in `W_P_0`, `W_P_1`, … Throws `ArgumentError` for sizes, clips, numbers
 * and activations that are none, and for more shards than rows.
 */
export class CoupledInputForgetGateLSTMCell<IsTuple extends boolean = true> extends LayerRNNCell<
  LSTMState<IsTuple>,
  CoupledWeight
> {
  readonly stateSize: LSTMStateSize<IsTuple>;
  readonly outputSize: number;
  readonly usePeepholes: boolean;
  readonly forgetBias: number;
  readonly stateIsTuple: boolean;
  readonly activation: Activation;
  readonly layerNorm: boolean;
  readonly numProj: number | undefined;
  readonly projClip: number | undefined;
  readonly numUnitShards: number;
  readonly numProjShards: number;
  readonly #initializer: Initializer | undefined;
  readonly #norm: Required<LayerNormOptions>;
  readonly #parts: LSTMStateTuple<number>;

  constructor(numUnits: number, options: CoupledInputForgetGateLSTMCellOptions<IsTuple> = {}) {
    super(numUnits, 'coupled_input_forget_gate_lstm_cell', options);
    const where = 'CoupledInputForgetGateLSTMCell';
    checkFlags(where, options, 'usePeepholes', 'stateIsTuple', 'layerNorm');
    const { forgetBias = 1, stateIsTuple = true, activation = 'tanh', numProj, projClip } = options;
    const { numUnitShards = 1, numProjShards = 1, normGain = 1, normShift = 0 } = options;
    if (numProj !== undefined) checkCount(where, 'numProj', numProj);
    checkClip(where, 'projClip', projClip);
    checkCount(where, 'numUnitShards', numUnitShards);
    checkCount(where, 'numProjShards', numProjShards);
    for (const [name, value] of Object.entries({ forgetBias, normGain, normShift })) checkFinite(where, name, value);
    this.outputSize = numProj ?? numUnits;
    this.#parts = new LSTMStateTuple(numUnits, this.outputSize);
    this.stateSize = (stateIsTuple ? this.#parts : numUnits + this.outputSize) as LSTMStateSize<IsTuple>;
    this.usePeepholes = options.usePeepholes ?? false;
    this.forgetBias = forgetBias;
    this.stateIsTuple = stateIsTuple;
    this.activation = namedActivation(where, activation);
    this.layerNorm = options.layerNorm ?? false;
    this.numProj = numProj;
    this.projClip = numProj === undefined ? undefined : projClip;
    this.numUnitShards = numUnitShards;
    this.numProjShards = numProjShards;
    this.#initializer = options.initializer;
    this.#norm = { normGain, normShift };
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number): Record<CoupledWeight, WeightDeclaration> {
    const H = this.numUnits;
    const initializer = this.#initializer && { initializer: this.#initializer };
    const diagonal = { shape: [H], ...initializer };
    const where = 'CoupledInputForgetGateLSTMCell.build';
    const ofUnits = { count: this.numUnitShards, option: 'numUnitShards', ...initializer };
    const ofProjection = { count: this.numProjShards, option: 'numProjShards', ...initializer };
    const norm = <N extends Normalised>(of: N) => this.layerNorm && layerNormWeights(of, H, this.#norm);
    return {
      ...declareShards(where, 'W', [inputSize + this.outputSize, 3 * H], ofUnits),
      B: { shape: [3 * H], initializer: zeros() },
      ...norm('transform'),
      ...norm('forget'),
      ...norm('output'),
      ...(this.usePeepholes && { W_F_diag: diagonal, W_O_diag: diagonal }),
      ...norm('state'),
      ...(this.numProj !== undefined && declareShards(where, 'W_P', [H, this.numProj], ofProjection)),
    } as Record<CoupledWeight, WeightDeclaration>;
  }

  protected step(x: Tensor2D, state: LSTMState<IsTuple>): [Tensor2D, LSTMState<IsTuple>] {
    const act = activationFunction(this.activation);
    const { c, h } = this.stateIsTuple
      ? (state as LSTMStateTuple)
      : splitState<LSTMStateTuple>(state as Tensor2D, this.#parts);
    const product = matMul(concat([x, h], 1), this.#matrix('W', this.numUnitShards)) as Tensor2D;
    const gates = this.layerNorm ? product : add<Tensor2D>(product, this.weight('B'));
    const [j, f, o] = split(gates, 3, 1) as [Tensor2D, Tensor2D, Tensor2D];
    const g = sigmoid(this.#peep(add(this.#normalise(f, 'forget'), this.forgetBias), 'W_F_diag', c));
    const blend = add<Tensor2D>(mul(g, c), mul(sub(1, g), act(this.#normalise(j, 'transform'))));
    const newC = this.#normalise(blend, 'state');
    const m = mul<Tensor2D>(sigmoid(this.#peep(this.#normalise(o, 'output'), 'W_O_diag', newC)), act(newC));
    const newH =
      this.numProj === undefined
        ? m
        : clip(matMul(m, this.#matrix('W_P', this.numProjShards)) as Tensor2D, this.projClip);
    const next = new LSTMStateTuple(newC, newH);
    return [newH, (this.stateIsTuple ? next : joinState(next)) as LSTMState<IsTuple>];
  }

  #normalise(v: Tensor2D, of: Normalised): Tensor2D {
    return this.layerNorm ? layerNorm(v, this.#vector(`${of}/gamma`), this.#vector(`${of}/beta`)) : v;
  }

  #peep(gate: Tensor2D, name: CoupledWeight, c: Tensor2D): Tensor2D {
    return this.usePeepholes ? add(gate, mul(c, this.#vector(name))) : gate;
  }

  #matrix(name: 'W' | 'W_P', shards: number): Tensor2D {
    return joinShards(name, shards, (shard) => this.weight<Tensor2D & Variable>(shard));
  }

  #vector(name: CoupledWeight): Tensor1D {
    return this.weight<Tensor1D & Variable>(name);
  }
}
