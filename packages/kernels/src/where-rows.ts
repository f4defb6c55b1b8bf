import { reshape, type Tensor, tensor, where } from '@tensorflow/tfjs-core';

/** Of each row that is flagged the one of `flagged`, of each other that of `other`; both are `[B, …]`, of one shape. Call it inside `tidy`. */
export function whereRows(flags: readonly boolean[], flagged: Tensor, other: Tensor): Tensor {
  const { rank, shape } = flagged;
  // TensorFlow.js' own takes four axes at most there.
  if (rank > 4) {
    const width = shape.slice(1).reduce((product, size) => product * size);
    const flat = (x: Tensor): Tensor => reshape(x, [flags.length, width]);
    return reshape(whereRows(flags, flat(flagged), flat(other)), shape);
  }
  return where(tensor([...flags], [flags.length, ...new Array<number>(rank - 1).fill(1)], 'bool'), flagged, other);
}
