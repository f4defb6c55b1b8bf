import { ArgumentError } from '@rnn/cells';
import { slice, type Tensor } from '@tensorflow/tfjs-core';
import { runShape } from '../pass/plan';
import { checkTensor } from '../runners/runner-options';
import { anySequenceShape, type SequenceRank } from './over-time';
import { checkSequenceLength, type SequenceLength } from './sequence-length';

export interface TimeWindowsOptions {
  /** How many steps of each row of the whole sequence are valid. Default: all. */
  sequenceLength?: SequenceLength | undefined;
  /** True: `[T, B, …]`. Default: false, `[B, T, …]`. */
  timeMajor?: boolean | undefined;
}

/** Some successive steps of a sequence. Holds no tensors. */
export interface TimeWindow {
  /** The first step, from 0. */
  readonly start: number;
  /** How many there are. */
  readonly steps: number;
  /** How many steps of each row are valid in this window, where lengths were given. */
  readonly sequenceLength: readonly number[] | undefined;
  /** The window's part of a tensor with the same time axis, inputs or targets, as a new tensor. Differentiable. */
  of<T extends Tensor>(x: T): T;
}

/**
 * Cuts the time axis of `inputs [B, T, D]` into windows of `size` steps, the last as long as is left, each with its share of the lengths. Only
 * the shape of the inputs counts; `of` makes the slices when they are asked for.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { timeWindows } from '@rnn/unroll';
 * import { ones, type Rank } from '@tensorflow/tfjs-core';
 *
 * const inputs = ones<Rank.R3>([2, 7, 3]); // [B, T, D]
 * for (const window of timeWindows(inputs, 3, { sequenceLength: [7, 4] })) {
 *   console.log(window.start, window.of(inputs).shape, window.sequenceLength);
 * } // 0 [2, 3, 3] [3, 3], then 3 [2, 3, 3] [3, 1], then 6 [2, 1, 3] [1, 0]
 * ```
 */
export function timeWindows<R extends SequenceRank>(
  inputs: Tensor<R>,
  size: number,
  { sequenceLength, timeMajor = false }: TimeWindowsOptions = {},
): TimeWindow[] {
  const where = 'timeWindows';
  checkTensor(where, 'inputs', inputs, anySequenceShape(inputs, timeMajor, 'D'));
  if (!Number.isInteger(size) || size < 1) throw new ArgumentError(where, 'size to be a positive integer', `${size}`);
  const { batchSize, steps: T } = runShape(inputs, timeMajor);
  const lengths = checkSequenceLength(where, sequenceLength, batchSize, T);

  const axis = timeMajor ? 0 : 1;
  return Array.from({ length: Math.ceil(T / size) }, (_, k): TimeWindow => {
    const start = k * size;
    const steps = Math.min(size, T - start);
    return {
      ...{ start, steps },
      sequenceLength: lengths?.map((length) => Math.min(Math.max(length - start, 0), steps)),
      of(x) {
        if (x.shape[axis] !== T) {
          const expected = `a tensor ${timeMajor ? `[${T}, B, …]` : `[B, ${T}, …]`}`;
          throw new ArgumentError('TimeWindow.of', expected, `[${x.shape.join(', ')}]`);
        }
        const at = (value: number, others: readonly number[]) => others.map((other, i) => (i === axis ? value : other));
        return slice(
          x,
          at(
            start,
            x.shape.map(() => 0),
          ),
          at(steps, x.shape),
        );
      },
    };
  });
}
