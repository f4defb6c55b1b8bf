import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError } from './argument-error';

/**
 * The shape of inputs, of outputs or of a part of a state, without the batch, where that is more than a width: `[28, 28, 3]` is a tensor
 * `[B, 28, 28, 3]`. A class, since an array of sizes is a tuple of states. Throws `ArgumentError` unless all are positive integers.
 */
export class TensorShape {
  constructor(readonly dims: readonly number[]) {
    if (!Array.isArray(dims) || dims.some((n) => !Number.isInteger(n) || n < 1)) {
      const got = Array.isArray(dims) ? shapeText(dims) : `${dims}`;
      throw new ArgumentError('TensorShape', 'an array of positive integers', got);
    }
  }
}

/** What follows the batch: a width, or a shape. */
export type Size = number | TensorShape;

type SizeOfRank = { readonly [R in Rank]: R extends Rank.R2 ? number : TensorShape };

/** How the size of such tensors is told: that of `[B, n]` is a number. */
export type SizeOf<T extends Tensor> = SizeOfRank[T['rankType']];

/** The axes of a size: of a width, that one. */
export const dimsOf = (size: Size): readonly number[] => (typeof size === 'number' ? [size] : size.dims);

/** How many numbers a tensor of this shape has. */
export const countOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** How many numbers a row has. */
export const widthOf = (size: Size): number => countOf(dimsOf(size));

/** How a shape reads in an error: `[B, 28, 28]`. */
export const shapeText = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`;

/** The size of a tensor that begins with the batch. */
export function sizeOf<T extends Tensor>({ shape }: T): SizeOf<T> {
  return (shape.length === 2 ? shape[1] : new TensorShape(shape.slice(1))) as SizeOf<T>;
}
