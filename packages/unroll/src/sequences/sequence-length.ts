import { ArgumentError } from '@rnn/cells';
import type { Tensor1D } from '@tensorflow/tfjs-core';

/** How many steps of each row are valid: one integer from 0 to T a row. A tensor is read from its device, which blocks. */
export type SequenceLength = ArrayLike<number> | Tensor1D;

/** The lengths on the host. Throws `ArgumentError` unless there is one for each of `batchSize` rows, each an integer from 0 to `steps`. */
export function checkSequenceLength(
  where: string,
  lengths: SequenceLength | undefined,
  batchSize: number,
  steps: number,
): number[] | undefined {
  if (lengths === undefined) return undefined;
  if (typeof lengths !== 'object' || lengths === null) {
    throw new ArgumentError(where, `sequenceLength to hold one length for each of the ${batchSize} rows`, `${lengths}`);
  }
  const values = Array.from('dataSync' in lengths ? lengths.dataSync() : lengths);
  if (('rank' in lengths && lengths.rank !== 1) || values.length !== batchSize) {
    const got = 'rank' in lengths ? `shape [${lengths.shape.join(', ')}]` : `${values.length} of them`;
    throw new ArgumentError(where, `sequenceLength to hold one length for each of the ${batchSize} rows`, got);
  }
  const row = values.findIndex((length) => !Number.isInteger(length) || length < 0 || length > steps);
  if (row >= 0) {
    throw new ArgumentError(
      where,
      `sequenceLength to hold integers from 0 to ${steps}`,
      `${values[row]} in row ${row}`,
    );
  }
  return values;
}
