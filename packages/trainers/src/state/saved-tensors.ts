import { ArgumentError } from '@rnn/cells';
import { type Tensor, tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { shapeText } from '../shape-text';

/** A tensor as plain data: its values, row-major. */
export interface SavedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** By the tensors' names. */
export type SavedTensors = ReadonlyMap<string, SavedTensor>;

/** Copies tensors out of the device. */
export async function savedTensors(tensors: ReadonlyMap<string, Tensor>): Promise<SavedTensors> {
  const saved = [...tensors].map(async ([name, tensor]) => {
    const values = await tensor.data<'float32' | 'int32'>();
    // A backend in host memory gives its own array, which an update may write to.
    return [name, { shape: [...tensor.shape], values: values.slice() }] as const;
  });
  return new Map(await Promise.all(saved));
}

/** The tensor, which is the caller's to free. */
export const loadTensor = ({ values, shape }: SavedTensor): Tensor => tensor(values, [...shape]);

/** Throws `ArgumentError` unless `saved` has the names of `tensors` and no other, each with its shape. */
export function checkSaved(
  where: string,
  saved: SavedTensors,
  tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>,
): void {
  const remedy = 'It is the state of another model.';
  const other = [...saved.keys()].find((name) => !tensors.has(name));
  const listed = [...tensors.keys()].join(', ') || 'no variable';
  for (const [name, { shape }] of tensors) {
    const found = saved.get(name);
    if (found === undefined) throw new ArgumentError(where, `${name} ${shapeText(shape)}`, other ?? 'none', remedy);
    if (found.shape.join() !== shape.join())
      throw new ArgumentError(where, `${name} ${shapeText(shape)}`, shapeText(found.shape), remedy);
  }
  if (other !== undefined) throw new ArgumentError(where, listed, `${other} besides`, remedy);
}

/** Gives variables the values that were saved under their names, once `checkSaved` has found that they fit. */
export function assignSaved(variables: ReadonlyMap<string, Variable>, saved: SavedTensors): void {
  for (const [name, variable] of variables) tidy(() => variable.assign(loadTensor(saved.get(name) as SavedTensor)));
}
