import {
  add,
  concat,
  expandDims,
  matMul,
  mul,
  reshape,
  slice,
  softmax,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tanh,
} from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import type { RNNCell } from '../cell';
import { checkCount, checkFlags } from '../checks';
import { isOneTensor, joinedSize, joinState, type State, type StateSize, splitState, zeroState } from '../state';
import { tidyState } from '../tidy-state';
import { zeros } from '../weights/initializers';
import { WeightedWrapper, type WrapperOptions } from './weighted-wrapper';

export interface AttentionCellWrapperOptions<IsTuple extends boolean> extends WrapperOptions {
  /** L, how many of the last outputs are attended to. */
  attnLength: number;
  /** A, the width of the output and of the attention. Default: the cell's output size. */
  attnSize?: number;
  /** V, the width in which outputs and state are compared. Default: A. */
  attnVecSize?: number;
  /** N, the width of what the cell is given. Default: D. */
  inputSize?: number;
  /** False gives the state as one tensor, for a cell whose own is one. Default: true. */
  stateIsTuple?: IsTuple;
}

/** The cell's state, the attention `[B, A]` and the last outputs `[B, L · A]`; with `stateIsTuple: false` all in one tensor. */
export type AttentionState<S extends State, IsTuple extends boolean> = IsTuple extends false
  ? Tensor2D
  : readonly [cell: S, attention: Tensor2D, memory: Tensor2D];

type AttentionWeight =
  | `${'' | 'attention/' | 'attn_output_projection/'}${'kernel' | 'bias'}`
  | `attention/${'attn_w' | 'attn_v'}`;

/**
 * A cell that attends to its last L outputs, as `tf.contrib.rnn.AttentionCellWrapper` (Cheng et al. 2016, https://arxiv.org/abs/1601.06733).
 *
 *     y, state' = cell([x, a] · kernel + bias, state)                        a: the attention so far
 *     q = state' · attention/kernel + attention/bias                         all parts of it joined, c before h
 *     e_l = Σ attn_v ⊙ tanh(memory_l · attn_w + q);   a' = Σ_l softmax(e)_l · memory_l
 *     output = [y, a'] · attn_output_projection/kernel + attn_output_projection/bias
 *     memory' = memory without its oldest row, then the output
 *
 * State: `[state, a [B, A], memory [B, L · A]]`, the oldest row first; output `[B, A]`. At first the memory is zeros, which are attended to as well.
 * Weights, below `attention_cell_wrapper`: `kernel [D + A, N]`, `bias [N]`, the cell's, `attention/attn_w [1, 1, A, V]`, `attention/attn_v [V]`,
 * `attention/kernel [the width of state, V]`, `attention/bias [V]`, `attn_output_projection/kernel [P + A, A]`, `attn_output_projection/bias [A]`.
 */
export class AttentionCellWrapper<S extends State, IsTuple extends boolean = true> extends WeightedWrapper<
  AttentionState<S, IsTuple>,
  AttentionWeight,
  S
> {
  readonly stateSize: StateSize;
  readonly outputSize: number;
  readonly attnLength: number;
  readonly attnSize: number;
  readonly attnVecSize: number;
  /** N, where it was given. */
  readonly inputSize: number | undefined;
  readonly stateIsTuple: boolean;
  protected readonly weightsBeforeCell = 2;
  readonly #sizes: readonly [StateSize, number, number];

  constructor(cell: RNNCell<S>, options: AttentionCellWrapperOptions<IsTuple>) {
    super(cell, 'attention_cell_wrapper', options);
    const where = 'AttentionCellWrapper';
    checkFlags(where, options, 'stateIsTuple');
    const { attnLength, attnSize = cell.outputSize, inputSize, stateIsTuple = true } = options;
    const { attnVecSize = attnSize } = options;
    checkCount(where, 'attnLength', attnLength);
    checkCount(where, 'attnSize', attnSize);
    checkCount(where, 'attnVecSize', attnVecSize);
    if (inputSize !== undefined) checkCount(where, 'inputSize', inputSize);
    if (!stateIsTuple && !isOneTensor(cell.stateSize)) {
      const remedy = 'Give the cell stateIsTuple: false too.';
      throw new ArgumentError(where, 'a cell whose state is one tensor, with stateIsTuple: false', 'a tuple', remedy);
    }
    this.#sizes = [cell.stateSize, attnSize, attnLength * attnSize];
    this.stateSize = stateIsTuple ? this.#sizes : joinedSize(this.#sizes);
    this.outputSize = attnSize;
    this.attnLength = attnLength;
    this.attnSize = attnSize;
    this.attnVecSize = attnVecSize;
    this.inputSize = inputSize;
    this.stateIsTuple = stateIsTuple;
  }

  protected declareWeights(D: number) {
    const { attnSize: A, attnVecSize: V, cell } = this;
    const N = this.cellInputSize(D);
    const bias = (size: number) => ({ shape: [size], initializer: zeros() });
    return {
      kernel: { shape: [D + A, N] },
      bias: bias(N),
      'attention/attn_w': { shape: [1, 1, A, V] },
      'attention/attn_v': { shape: [V] },
      'attention/kernel': { shape: [joinedSize(cell.stateSize), V] },
      'attention/bias': bias(V),
      'attn_output_projection/kernel': { shape: [cell.outputSize + A, A] },
      'attn_output_projection/bias': bias(A),
    };
  }

  protected cellInputSize(D: number): number {
    return this.inputSize ?? D;
  }

  /** The cell's, and an attention and a memory of zeros. */
  override zeroState(batchSize: number): AttentionState<S, IsTuple> {
    checkCount('AttentionCellWrapper.zeroState', 'batchSize', batchSize);
    return tidyState(() => {
      const [attention, memory] = zeroState<[Tensor2D, Tensor2D]>(this.#sizes.slice(1), batchSize);
      const start: AttentionState<S, true> = [this.cellZeroState(batchSize), attention, memory];
      return (this.stateIsTuple ? start : joinState(start)) as AttentionState<S, IsTuple>;
    });
  }

  protected step(
    x: Tensor2D,
    state: AttentionState<S, IsTuple>,
    cell: RNNCell<S>,
  ): [Tensor2D, AttentionState<S, IsTuple>] {
    const { attnSize: A, attnLength: L } = this;
    const dense = (parts: Tensor2D[], scope: '' | 'attention/' | 'attn_output_projection/') =>
      add<Tensor2D>(matMul(concat(parts, 1), this.weight(`${scope}kernel`)), this.weight(`${scope}bias`));
    const [cellState, attention, memory] = (
      this.stateIsTuple ? state : splitState(state as Tensor2D, this.#sizes)
    ) as AttentionState<S, true>;
    const [y, newState] = cell.call(dense([x, attention], ''), cellState);
    const newAttention = this.#attend(memory, dense([joinState(newState)], 'attention/'));
    const output = dense([y, newAttention], 'attn_output_projection/');
    const newMemory = L === 1 ? output : concat([slice(memory, [0, A], [-1, (L - 1) * A]), output], 1);
    const next: AttentionState<S, true> = [newState, newAttention, newMemory];
    return [output, (this.stateIsTuple ? next : joinState(next)) as AttentionState<S, IsTuple>];
  }

  /** The rows of `memory [B, L · A]`, weighted by how well they fit `query [B, V]`: `[B, A]`. */
  #attend(memory: Tensor2D, query: Tensor2D): Tensor2D {
    const { attnSize: A, attnVecSize: V, attnLength: L } = this;
    const features = matMul(reshape(memory, [-1, A]), reshape(this.weight('attention/attn_w'), [A, V]));
    const compared = tanh(add(reshape(features, [-1, L, V]), expandDims(query, 1)));
    const fits = sum<Tensor>(mul(compared, this.weight('attention/attn_v')), 2);
    const shares = expandDims(softmax(fits), 2);
    return sum(mul(shares, reshape(memory, [-1, L, A]) as Tensor3D), 1);
  }
}
