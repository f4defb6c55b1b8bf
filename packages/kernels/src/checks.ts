import type { Tensor } from '@tensorflow/tfjs-core';
import { KernelError } from './kernel-error';
import type { SequenceArgs } from './sequence';

/** Throws unless the inputs are `[T, B, D]` and the lengths and the step count fit them. */
export function checkSequence(op: string, { inputs, lengths, parallelIterations = 1 }: SequenceArgs): void {
  if (inputs.rank !== 3)
    throw new KernelError(op, 'inputs to have shape [T, B, D]', `[${(inputs as Tensor).shape.join(', ')}]`);
  const [T, B] = inputs.shape;
  if (!Number.isInteger(parallelIterations) || parallelIterations < 1) {
    throw new KernelError(op, 'parallelIterations to be a positive integer', `${parallelIterations}`);
  }
  if (lengths === undefined) return;
  if (lengths.length !== B) throw new KernelError(op, `${B} lengths, one for each row`, `${lengths.length}`);
  for (let row = 0; row < B; row++) {
    const length = lengths[row] as number;
    if (Number.isInteger(length) && length >= 0 && length <= T) continue;
    throw new KernelError(op, `lengths to be integers from 0 to ${T}`, `${length} in row ${row}`);
  }
}

/** Throws unless a tensor has this shape. */
export function checkShape(op: string, what: string, got: Tensor, shape: readonly number[]): void {
  if (got.shape.join() === shape.join()) return;
  throw new KernelError(op, `${what} to have shape [${shape.join(', ')}]`, `[${got.shape.join(', ')}]`);
}
