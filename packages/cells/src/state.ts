import { concat, type Rank, reshape, split, type Tensor, type Tensor2D, tidy, zeros } from '@tensorflow/tfjs-core';
import { ArgumentError } from './argument-error';
import { describeValue } from './checks';
import { countOf, dimsOf, type Size, shapeText, TensorShape, widthOf } from './tensor-shape';
import { tidyState } from './tidy-state';

/**
 * The state of an LSTM: the cell `c [B, H]` and the output `h [B, P]` (P is H without a projection). With `T = number`, their sizes.
 * A plain object `{ c, h }` serves as well.
 */
export class LSTMStateTuple<T = Tensor2D> {
  constructor(
    readonly c: T,
    readonly h: T,
  ) {}
}

type Nest<T> = T | LSTMStateTuple<T> | readonly Nest<T>[];

/** A state is a tensor `[B, size]`, or `[B, …shape]`, an LSTM's pair, or a tuple of states. */
export type State = Nest<Tensor>;

/** What `stateSize` holds: structured like the state, a number where the state has a tensor `[B, size]`, a `TensorShape` for any other tensor. */
export type StateSize = Nest<Size>;

/** Whether a state or a size is an LSTM's pair. */
export const isLstm = <T>(nest: Nest<T>): nest is LSTMStateTuple<T> =>
  typeof nest === 'object' && nest !== null && 'c' in nest && 'h' in nest;

/** The same structure with `change` applied to every leaf; leaves are numbered from 0, c before h, the first layer first. */
function rebuild<T, U>(nest: Nest<T>, change: (leaf: T, index: number) => U): Nest<U> {
  let index = 0;
  const visit = (node: Nest<T>): Nest<U> => {
    if (Array.isArray(node)) return node.map(visit);
    if (isLstm(node)) return new LSTMStateTuple(change(node.c, index++), change(node.h, index++));
    return change(node as T, index++);
  };
  return visit(nest);
}

function leaves<T>(nest: Nest<T>): T[] {
  const found: T[] = [];
  rebuild(nest, (leaf) => found.push(leaf));
  return found;
}

/** The tensors of a state, c before h, the first layer first. */
export const flattenState = (state: State): Tensor[] => leaves<Tensor>(state);

/** A state of the same structure, made from the tensors in the order of `flattenState`. */
export function unflattenState<S extends State>(like: S, tensors: readonly Tensor[]): S {
  return rebuild<Tensor, Tensor>(like, (_, i) => tensors[i] as Tensor) as S;
}

/** A state of the same structure with `change` applied to the tensors of `state` and, side by side, of `others`. */
export function mapState<S extends State>(change: (...tensors: Tensor[]) => Tensor, state: S, ...others: S[]): S {
  const columns = others.map(flattenState);
  return rebuild<Tensor, Tensor>(state, (t, i) => change(t, ...columns.map((column) => column[i] as Tensor))) as S;
}

/** The zero state: a zero tensor `[batchSize, size]`, or `[batchSize, …shape]`, for each size. */
export function zeroState<S extends State = State>(size: StateSize, batchSize: number): S {
  return rebuild<Size, Tensor>(size, (part) => zeros([batchSize, ...dimsOf(part)])) as S;
}

/** Whether a state of this size is one tensor. */
export const isOneTensor = (size: StateSize): size is Size => typeof size === 'number' || size instanceof TensorShape;

/** The width of a state whose parts are joined. */
export const joinedSize = (size: StateSize): number =>
  leaves<Size>(size)
    .map(widthOf)
    .reduce((sum, n) => sum + n, 0);

/** Joins the parts of a state, each row by row as it lies in memory: c before h, the first layer first. */
export function joinState(state: State): Tensor2D {
  return tidy(() => {
    const rows = flattenState(state).map((part) => {
      const [batchSize = 0, ...dims] = part.shape;
      return part.rank === 2 ? (part as Tensor2D) : reshape<Rank.R2>(part, [batchSize, countOf(dims)]);
    });
    return rows.length === 1 ? (rows[0] as Tensor2D) : concat(rows, 1);
  });
}

/** Cuts a joined state `[B, joinedSize]` into a state of the given sizes. */
export function splitState<S extends State = State>(joined: Tensor2D, size: StateSize): S {
  const sizes = leaves<Size>(size);
  return tidyState(() => {
    const parts: Tensor[] = sizes.length === 1 ? [joined] : split(joined, sizes.map(widthOf), 1);
    return rebuild<Size, Tensor>(size, (part, i) => {
      const rows = parts[i] as Tensor;
      return typeof part === 'number' ? rows : reshape(rows, [joined.shape[0], ...part.dims]);
    }) as S;
  });
}

/** How a state, or with `batchSize` its sizes, reads in an error: `(LSTMStateTuple(c=[2, 3], h=[2, 3]), [2, 4])`. */
export function describeState(state: unknown, batchSize?: number | 'B'): string {
  if (Array.isArray(state)) return `(${state.map((part) => describeState(part, batchSize)).join(', ')})`;
  if (state instanceof TensorShape || (typeof state === 'number' && batchSize !== undefined))
    return shapeText([...(batchSize === undefined ? [] : [batchSize]), ...dimsOf(state)]);
  if (isLstm(state))
    return `LSTMStateTuple(c=${describeState(state.c, batchSize)}, h=${describeState(state.h, batchSize)})`;
  return describeValue(state);
}

/** Throws an `ArgumentError` unless `state` has the structure of `size`, with `batchSize` rows in every tensor, float32. */
export function checkState(where: string, what: string, state: unknown, size: StateSize, batchSize: number): void {
  const expected = describeState(size, batchSize);
  const got = describeState(state);
  if (expected !== got) throw new ArgumentError(where, `${what} to have shape ${expected}`, got);
  const odd = flattenState(state as State).find((part) => part.dtype !== 'float32');
  if (odd !== undefined) throw new ArgumentError(where, `${what} of dtype float32`, odd.dtype, 'Cast it first.');
}
