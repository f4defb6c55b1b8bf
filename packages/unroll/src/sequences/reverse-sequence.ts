import { clone, customGrad, gather, reshape, type Tensor, type Tensor3D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { runShape } from '../pass/plan';
import { checkNames, checkTensor } from '../runners/runner-options';
import { anySequenceShape, type SequenceRank } from './over-time';
import { checkSequenceLength, type SequenceLength } from './sequence-length';

export interface ReverseSequenceOptions {
  /** True: `[T, B, D]`. Default: false, `[B, T, D]`. */
  timeMajor?: boolean | undefined;
}

/**
 * Reverses the steps of each row within its length, as TensorFlow's `tf.reverse_sequence`; what lies past the length stays where it is. Without
 * lengths every row is reversed whole. `[B, T, D]` gives `[B, T, D]`, with whatever axes more there are. The reverse of the reverse is the
 * tensor itself.
 *
 * The bidirectional runners do this by themselves. Differentiable on every backend.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { reverseSequence } from '@rnn/unroll';
 * import { tensor3d } from '@tensorflow/tfjs-core';
 *
 * const x = tensor3d([[[1], [2], [3], [4]]]);
 * console.log(reverseSequence(x, [3]).dataSync()); // [3, 2, 1, 4]
 * ```
 */
export function reverseSequence(
  x: Tensor3D,
  sequenceLength?: SequenceLength,
  options?: ReverseSequenceOptions,
): Tensor3D;
export function reverseSequence<R extends SequenceRank>(
  x: Tensor<R>,
  sequenceLength?: SequenceLength,
  options?: ReverseSequenceOptions,
): Tensor<R>;
export function reverseSequence(
  x: Tensor,
  sequenceLength?: SequenceLength,
  options: ReverseSequenceOptions = {},
): Tensor {
  const where = 'reverseSequence';
  checkNames(where, options);
  const { timeMajor = false } = options;
  checkTensor(where, 'x', x, anySequenceShape(x, timeMajor, 'D'));
  const { batchSize, steps } = runShape(x, timeMajor);
  const lengths =
    checkSequenceLength(where, sequenceLength, batchSize, steps) ?? new Array<number>(batchSize).fill(steps);
  if (x.size === 0) return clone(x);

  const sources = Int32Array.from({ length: steps * batchSize }, (_, at) => {
    const [b, t] = timeMajor ? [at % batchSize, Math.floor(at / batchSize)] : [Math.floor(at / steps), at % steps];
    const length = lengths[b] as number;
    const source = t < length ? length - 1 - t : t;
    return timeMajor ? source * batchSize + b : b * steps + source;
  });
  return tidy(() => permuted(x, sources));
}

/**
 * The steps of all rows, as they lie in memory, in the order of `sources`, a permutation that is its own inverse: so the gradient is the same
 * permutation again. That of `gather` would add up repeated indices, for which the wasm backend has no kernel.
 */
function permuted(x: Tensor, sources: Int32Array): Tensor {
  const permute = customGrad((input) => ({
    value: reshape(gather(reshape(input as Tensor, [sources.length, -1]), tensor1d(sources, 'int32')), x.shape),
    gradFunc: (dy) => permuted(dy, sources),
  }));
  return permute(x);
}
