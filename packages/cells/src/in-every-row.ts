import { add, type Tensor, tidy, zeros } from '@tensorflow/tfjs-core';

/** One row, `[…shape]`, in each of a batch: `[B, …shape]`. Added to zeros, since the gradient of a tile takes an operation for each row. */
export const inEveryRow = <T extends Tensor>(batchSize: number, row: Tensor): T =>
  tidy(() => add<T>(zeros([batchSize, ...row.shape]), row));
