import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, concat, matMul, mul, sigmoid, type Variable } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { checkClip, checkCount, checkFinite, checkFlags } from '../checks';
import { clip } from '../clip';
import { type LayerOptions, LayerRNNCell, type WeightDeclaration } from '../layer-rnn-cell';
import { LSTMStateTuple } from '../state';
import type { Initializer } from '../weights/initializers';

/** The options of `LSTMCell` that its normalised kin have too. */
export interface NormedLSTMCellOptions extends LayerOptions {
  /** Diagonal connections from the cell to the gates. Default: false. */
  usePeepholes?: boolean;
  /** Clips c' to ±cellClip before the output is computed. Default: none. */
  cellClip?: number;
  /** Of every weight but biases and layer normalisation's. Default: Glorot's uniform one. */
  initializer?: Initializer;
  /** P: projects the output to this size. Default: no projection. */
  numProj?: number;
  /** Clips the projected output to ±projClip; without `numProj` it does nothing. Default: none. */
  projClip?: number;
  /** Added to the forget gate at run time; not part of the `bias` variable. Default: 1. */
  forgetBias?: number;
  /** Of the new input and of the output. Default: tanh. */
  activation?: Activation;
}

export type PeepholeWeight = `w_${'f' | 'i' | 'o'}_diag`;

/**
 * The step of `LSTMCell` for cells that normalise: how the gates come about, and the projection's kernel, is theirs to say.
 *
 *     c' = clip(norm(c ⊙ σ(f + forgetBias + w_f ⊙ c) + σ(i + w_i ⊙ c) ⊙ act(j)), cellClip)
 *     h' = clip((σ(o + w_o ⊙ c') ⊙ act(c')) · projection, projClip)
 */
export abstract class NormedLSTMCell<W extends string> extends LayerRNNCell<LSTMStateTuple, W | PeepholeWeight> {
  readonly stateSize: LSTMStateTuple<number>;
  readonly outputSize: number;
  readonly usePeepholes: boolean;
  readonly cellClip: number | undefined;
  readonly numProj: number | undefined;
  readonly projClip: number | undefined;
  readonly forgetBias: number;
  readonly activation: Activation;
  readonly #initializer: Initializer | undefined;

  constructor(numUnits: number, defaultName: string, options: NormedLSTMCellOptions) {
    super(numUnits, defaultName, options);
    const where = new.target.name;
    checkFlags(where, options, 'usePeepholes');
    const { usePeepholes = false, cellClip, numProj, projClip, forgetBias = 1, activation = 'tanh' } = options;
    if (numProj !== undefined) checkCount(where, 'numProj', numProj);
    checkClip(where, 'cellClip', cellClip);
    checkClip(where, 'projClip', projClip);
    checkFinite(where, 'forgetBias', forgetBias);
    this.outputSize = numProj ?? numUnits;
    this.stateSize = new LSTMStateTuple(numUnits, this.outputSize);
    this.usePeepholes = usePeepholes;
    this.cellClip = cellClip;
    this.numProj = numProj;
    this.projClip = numProj === undefined ? undefined : projClip;
    this.forgetBias = forgetBias;
    this.activation = namedActivation(where, activation);
    this.#initializer = options.initializer;
  }

  /** i, j, f and o, each `[B, H]`, of `joined [B, D + P]`, which is [x, h]. */
  protected abstract gates(joined: Tensor2D): Tensor2D[];

  /** What multiplies the output, `[H, P]`. */
  protected abstract projection(): Tensor2D;

  /** What becomes of c' before it is clipped. */
  protected normaliseCell(c: Tensor2D): Tensor2D {
    return c;
  }

  /** A weight of this shape that starts by the cell's initializer. */
  protected initialised(shape: readonly number[]): WeightDeclaration {
    return { shape, ...(this.#initializer && { initializer: this.#initializer }) };
  }

  protected declarePeepholes(): Partial<Record<PeepholeWeight, WeightDeclaration>> {
    const diagonal = this.initialised([this.numUnits]);
    return this.usePeepholes ? { w_f_diag: diagonal, w_i_diag: diagonal, w_o_diag: diagonal } : {};
  }

  protected matrix(name: W): Tensor2D {
    return this.weight<Tensor2D & Variable>(name);
  }

  protected vector(name: W | PeepholeWeight): Tensor1D {
    return this.weight<Tensor1D & Variable>(name);
  }

  protected step(x: Tensor2D, { c, h }: LSTMStateTuple): [Tensor2D, LSTMStateTuple] {
    const act = activationFunction(this.activation);
    const [i, j, f, o] = this.gates(concat([x, h], 1)) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
    const keep = sigmoid(this.#peep(add(f, this.forgetBias), 'w_f_diag', c));
    const write = sigmoid(this.#peep(i, 'w_i_diag', c));
    const newC = clip(this.normaliseCell(add(mul(keep, c), mul(write, act(j)))), this.cellClip);
    const m = mul<Tensor2D>(sigmoid(this.#peep(o, 'w_o_diag', newC)), act(newC));
    const newH = this.numProj === undefined ? m : clip(matMul(m, this.projection()) as Tensor2D, this.projClip);
    return [newH, new LSTMStateTuple(newC, newH)];
  }

  #peep(gate: Tensor2D, name: PeepholeWeight, c: Tensor2D): Tensor2D {
    return this.usePeepholes ? add(gate, mul(c, this.vector(name))) : gate;
  }
}
