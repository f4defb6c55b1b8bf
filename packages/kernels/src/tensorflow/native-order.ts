import {
  concat,
  gather,
  type Rank,
  reshape,
  reverse as reversed,
  type Tensor2D,
  type Tensor3D,
  tensor1d,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core';
import { endEarly, type SequenceArgs, sizesOf } from '../sequence';

/** A sequence as ops take it that know neither lengths nor directions, and the way back. */
export interface NativeOrder {
  /** `[S, B, D]`: S is the longest length, one at least. Each row's valid steps come first, in the order in which they run; zeros follow. */
  readonly inputs: Tensor3D;
  /** What was computed at those steps, `[S, B, P]`, as the caller's `[T, B, P]` or `[B, T, P]`. */
  outputs(steps: Tensor3D): Tensor3D;
  /** Where some rows end early: what a state's `[S, B, P]` was at each row's last valid step; `initial [B, P]` of a row without one. */
  readonly last?: (steps: Tensor3D, initial: Tensor2D) => Tensor2D;
}

/**
 * Differentiable, out of stock operations. What a row computes past its length is read by nothing, so its gradient is zero, and so are those
 * of all that it is computed from.
 */
export function nativeOrder(args: SequenceArgs): NativeOrder {
  const { reverse = false, timeMajor = true } = args;
  const swap = (x: Tensor3D): Tensor3D => (timeMajor ? x : transpose(x, [1, 0, 2]));
  const inputs = swap(args.inputs);
  if (endEarly(args)) return within(args, inputs, swap);
  const turn = (x: Tensor3D): Tensor3D => (reverse ? reversed(x, 0) : x);
  return { inputs: turn(inputs), outputs: (steps) => swap(turn(steps)) };
}

function within(args: SequenceArgs, inputs: Tensor3D, swap: (x: Tensor3D) => Tensor3D): NativeOrder {
  const { reverse = false } = args;
  const [T, B] = sizesOf(args);
  const lengths = Array.from(args.lengths as ArrayLike<number>);
  const S = lengths.reduce((most, length) => Math.max(most, length), 1);
  const blankOf = (x: Tensor3D): Tensor2D => zeros<Rank.R2>([1, x.shape[2]]);
  /** `[to, B, P]`, whose row b is row b of x at its valid steps, and zeros at the others. A row's order and the way back are one. */
  const valid = (x: Tensor3D, to: number): Tensor3D => {
    const from = x.shape[0] * B;
    const at = Array.from({ length: to * B }, (_, i) => {
      const [step, b] = [Math.floor(i / B), i % B];
      const length = lengths[b] as number;
      return step < length ? (reverse ? length - 1 - step : step) * B + b : from;
    });
    return rows(x, blankOf(x), at, [to, B, x.shape[2]]) as Tensor3D;
  };
  const final = lengths.map((length, b) => (length > 0 ? (length - 1) * B + b : S * B + b));
  return {
    inputs: valid(inputs, S),
    outputs: (steps) => swap(valid(steps, T)),
    last: (steps, initial) => rows(steps, initial, final, [B, initial.shape[1]]) as Tensor2D,
  };
}

/** The rows at these places of all steps of x, one after the other, and of `more`. */
function rows(x: Tensor3D, more: Tensor2D, at: readonly number[], shape: number[]) {
  const all = concat([reshape(x, [-1, x.shape[2]]) as Tensor2D, more], 0);
  return reshape(gather(all, tensor1d([...at], 'int32')), shape);
}
