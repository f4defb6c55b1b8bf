import { type Tensor, tensor, where } from '@tensorflow/tfjs-core';

/** Of each row that is flagged the one of `flagged`, of each other that of `other`; both are `[B, …]`. */
export function whereRows(flags: readonly boolean[], flagged: Tensor, other: Tensor): Tensor {
  const shape = [flags.length, ...new Array<number>(other.rank - 1).fill(1)];
  return where(tensor([...flags], shape, 'bool'), flagged, other);
}
