import { sum, type Tensor2D, type Tensor3D, tensor, tidy, where, zeros, zerosLike } from '@tensorflow/tfjs-core';
import { runShape } from './plan';
import { checkTensor } from './runner-options';
import { checkSequenceLength, type SequenceLength } from './sequence-length';

export interface LastRelevantOptions {
  /** True: `[T, B, P]`. Default: false, `[B, T, P]`. */
  timeMajor?: boolean | undefined;
}

/**
 * Each row's output at its last valid step: of `outputs [B, T, P]` a tensor `[B, P]`, with zeros for rows of length 0. Without lengths, those of
 * the last step.
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
  { timeMajor = false }: LastRelevantOptions = {},
): Tensor2D {
  const name = 'lastRelevant';
  checkTensor(name, 'outputs', outputs, timeMajor ? '[T, B, P]' : '[B, T, P]');
  const { batchSize, steps, inputSize: outputSize } = runShape(outputs, timeMajor);
  const lengths =
    checkSequenceLength(name, sequenceLength, batchSize, steps) ?? new Array<number>(batchSize).fill(steps);
  // The wasm backend sums nothing to whatever its memory holds.
  if (outputs.size === 0) return zeros([batchSize, outputSize]);

  const [rows, columns] = outputs.shape;
  const isLast = Array.from({ length: rows * columns }, (_, at) => {
    const [first, second] = [Math.floor(at / columns), at % columns];
    return timeMajor ? first === (lengths[second] as number) - 1 : second === (lengths[first] as number) - 1;
  });
  return tidy(() => {
    const last = where(tensor(isLast, [rows, columns, 1], 'bool'), outputs, zerosLike(outputs));
    return sum(last, timeMajor ? 0 : 1);
  });
}
