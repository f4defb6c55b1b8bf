import { ArgumentError } from '@rnn/cells';
import { Tensor, type Tensor1D } from '@tensorflow/tfjs-core';

/** A boolean for each row of a batch. A tensor is read from its device, which blocks. */
export type RowFlags = readonly boolean[] | Tensor1D;

/** The flags on the host. Throws `ArgumentError` unless there is one boolean for each of `batchSize` rows, of any number where it is left out. */
export function checkRowFlags(where: string, what: string, flags: RowFlags, batchSize?: number): boolean[] {
  const fail = (got: string): never => {
    const rows = batchSize === undefined ? 'each row' : `each of the ${batchSize} rows`;
    throw new ArgumentError(where, `${what} to hold one boolean for ${rows}`, got);
  };
  const isOther = (count: number): boolean => batchSize !== undefined && count !== batchSize;
  if (flags instanceof Tensor) {
    if (flags.dtype !== 'bool') fail(`a tensor of dtype ${flags.dtype}`);
    if (flags.rank !== 1 || isOther(flags.size)) fail(`shape [${flags.shape.join(', ')}]`);
    return Array.from(flags.dataSync(), Boolean);
  }
  if (!Array.isArray(flags)) fail(`${flags}`);
  if (isOther(flags.length)) fail(`${flags.length} of them`);
  const odd = flags.findIndex((flag) => typeof flag !== 'boolean');
  if (odd >= 0) fail(`${flags[odd]} in row ${odd}`);
  return [...flags];
}
