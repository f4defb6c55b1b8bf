import { concat, type Tensor2D } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import type { WeightDeclaration } from '../layer-rnn-cell';

/**
 * A matrix that TensorFlow 1's contrib cells store by rows in several variables, `name_0`, `name_1`, …, as even as can be, longer ones first.
 * With `initializer` each is initialised by itself. Throws `ArgumentError` where there are more shards than rows.
 */
export function declareShards<N extends string>(
  where: string,
  name: N,
  [rows, columns]: readonly [number, number],
  { count, option, ...rest }: { count: number; option: string } & Omit<WeightDeclaration, 'shape'>,
): Record<`${N}_${number}`, WeightDeclaration> {
  if (count > rows) throw new ArgumentError(where, `${option} to be at most ${rows}, the rows of ${name}`, `${count}`);
  const size = (k: number): number => Math.floor(rows / count) + (k < rows % count ? 1 : 0);
  const shards: Record<string, WeightDeclaration> = Object.fromEntries(
    Array.from({ length: count }, (_, k) => [`${name}_${k}`, { shape: [size(k), columns], ...rest }]),
  );
  return shards;
}

/** The matrix, out of its shards. */
export function joinShards<N extends string>(
  name: N,
  count: number,
  weight: (name: `${N}_${number}`) => Tensor2D,
): Tensor2D {
  if (count === 1) return weight(`${name}_0`);
  return concat(
    Array.from({ length: count }, (_, k) => weight(`${name}_${k}`)),
    0,
  );
}
