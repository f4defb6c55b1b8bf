import { whereRows } from '@rnn/kernels';
import { reshape, sum, type Tensor, type Tensor2D, type Tensor3D, tidy, zeros, zerosLike } from '@tensorflow/tfjs-core';
import { runShape } from '../pass/plan';
import { checkNames, checkTensor } from '../runners/runner-options';
import { type AtOneTime, anySequenceShape, type SequenceRank } from './over-time';
import { checkSequenceLength, type SequenceLength } from './sequence-length';

export interface LastRelevantOptions {
  /** True: `[T, B, P]`. Default: false, `[B, T, P]`. */
  timeMajor?: boolean | undefined;
}

/**
 * Each row's output at its last valid step: of `outputs [B, T, P]` a tensor `[B, P]`, whatever axes more there are, with zeros for rows of
 * length 0. Without lengths, those of the last step.
 *
 * For outputs that are needed in full as well; where they are not, a runner's `returnSequences: false` gives the same without keeping them.
 * What the other steps hold is not seen, so it may be NaN. Differentiable on every backend.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { GRUCell } from '@rnn/cells';
 * import { dynamicRnn, lastRelevant } from '@rnn/unroll';
 * import { ones } from '@tensorflow/tfjs-core';
 *
 * const lengths = [6, 2];
 * const [outputs] = dynamicRnn(new GRUCell(3), ones([2, 6, 5]), { sequenceLength: lengths });
 * console.log(lastRelevant(outputs, lengths).shape); // [2, 3]: of row 0 the output of step 5, of row 1 that of step 1
 * ```
 */
export function lastRelevant(
  outputs: Tensor3D,
  sequenceLength?: SequenceLength,
  options?: LastRelevantOptions,
): Tensor2D;
export function lastRelevant<R extends SequenceRank>(
  outputs: Tensor<R>,
  sequenceLength?: SequenceLength,
  options?: LastRelevantOptions,
): AtOneTime<R>;
export function lastRelevant(
  outputs: Tensor,
  sequenceLength?: SequenceLength,
  options: LastRelevantOptions = {},
): Tensor {
  const name = 'lastRelevant';
  checkNames(name, options);
  const { timeMajor = false } = options;
  checkTensor(name, 'outputs', outputs, anySequenceShape(outputs, timeMajor, 'P'));
  const { batchSize, steps } = runShape(outputs, timeMajor);
  const [rows = 0, columns = 0, ...dims] = outputs.shape;
  const lengths =
    checkSequenceLength(name, sequenceLength, batchSize, steps) ?? new Array<number>(batchSize).fill(steps);
  // The wasm backend sums nothing to whatever its memory holds.
  if (outputs.size === 0) return zeros([batchSize, ...dims]);

  const isLast = Array.from({ length: rows * columns }, (_, at) => {
    const [first, second] = [Math.floor(at / columns), at % columns];
    return timeMajor ? first === (lengths[second] as number) - 1 : second === (lengths[first] as number) - 1;
  });
  return tidy(() => {
    const flat = reshape(outputs, [rows * columns, -1]);
    const last = reshape(whereRows(isLast, flat, zerosLike(flat)), [rows, columns, -1]);
    return reshape(sum(last, timeMajor ? 0 : 1), [batchSize, ...dims]);
  });
}
