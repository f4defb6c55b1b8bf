import { reshape, type Tensor, tensor, where } from '@tensorflow/tfjs-core';
import { KernelError } from './kernel-error';

/**
 * Of each row that is flagged the one of `flagged`, of each other that of `other`; both are `[B, …]`, of one shape. Call it inside `tidy`. Throws
 * `KernelError` unless there is a flag for each row.
 */
export function whereRows(flags: readonly boolean[], flagged: Tensor, other: Tensor): Tensor {
  const { rank, shape } = flagged;
  if (flags.length !== shape[0])
    throw new KernelError('whereRows', `a flag for each of the ${shape[0]} rows`, `${flags.length}`);
  // TensorFlow.js' own takes four axes at most on WebGPU.
  if (rank > 4) {
    const width = shape.slice(1).reduce((product, size) => product * size);
    const flat = (x: Tensor): Tensor => reshape(x, [flags.length, width]);
    return reshape(whereRows(flags, flat(flagged), flat(other)), shape);
  }
  return where(tensor([...flags], [flags.length, ...new Array<number>(rank - 1).fill(1)], 'bool'), flagged, other);
}
