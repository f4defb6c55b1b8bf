import { ArgumentError } from '@rnn/cells';
import { type Rank, slice, Tensor, type Tensor3D, tensor } from '@tensorflow/tfjs-core';
import { describeValue } from '../checks';
import type { Examples } from '../examples';
import { shapeText } from '../shape-text';

/** What can be predicted from: a set of examples, a tensor `[N, T, D]`, or its values, row-major. */
export type PredictInputs = Examples | Tensor3D | Float32Array;

/** Some of the inputs. */
export interface InputBatch {
  /** `[B, T, D]` */
  readonly inputs: Tensor3D;
  /** `[B]`, of padded sequences. */
  readonly lengths?: Int32Array | undefined;
}

/**
 * The inputs in tensors `[at most batchSize, T, D]`, which are the caller's to free. `inputShape` `[T, D]` is needed for bare values.
 * Throws `ArgumentError` where nothing comes, or the values do not fill whole examples.
 */
export function* inputBatches(
  inputs: PredictInputs,
  batchSize: number,
  inputShape: readonly number[] | undefined,
): Generator<InputBatch, void> {
  if (inputs instanceof Tensor) yield* tensorBatches(inputs, batchSize);
  else if (inputs instanceof Float32Array) yield* valueBatches(inputs, batchSize, inputShape);
  else yield* exampleBatches(inputs, batchSize);
}

function* exampleBatches(examples: Examples, batchSize: number): Generator<InputBatch> {
  if (typeof examples?.batches !== 'function') {
    const remedy = 'Pass bare values as new Float32Array(values).';
    const expected = 'inputs to be an Examples, a tensor [N, T, D] or a Float32Array';
    throw new ArgumentError('predict', expected, describeValue(examples), remedy);
  }
  checkCountOfExamples(examples.size);
  for (const batch of examples.batches({ batchSize })) {
    const inputs = tensor<Rank.R3>(batch.inputs, [batch.size, ...examples.inputShape] as Tensor3D['shape']);
    yield { inputs, lengths: batch.lengths };
  }
}

function* tensorBatches(inputs: Tensor3D, batchSize: number): Generator<InputBatch> {
  if (inputs.rank !== 3) throw new ArgumentError('predict', 'inputs to have shape [N, T, D]', shapeText(inputs.shape));
  const [count, steps, inputSize] = inputs.shape;
  checkCountOfExamples(count);
  for (let begin = 0; begin < count; begin += batchSize) {
    yield { inputs: slice(inputs, [begin, 0, 0], [Math.min(batchSize, count - begin), steps, inputSize]) };
  }
}

function* valueBatches(
  inputs: Float32Array,
  batchSize: number,
  inputShape: readonly number[] | undefined,
): Generator<InputBatch> {
  if (inputShape === undefined) {
    throw new ArgumentError('predict', 'a shape for the values', 'none', 'Pass inputShape: [T, D], or a tensor.');
  }
  const size = inputShape.reduce((product, n) => product * n, 1);
  if (inputs.length % size !== 0) {
    const expected = `inputs to hold whole examples of shape ${shapeText(inputShape)}, ${size} values each`;
    throw new ArgumentError('predict', expected, `${inputs.length} values`);
  }
  checkCountOfExamples(inputs.length / size);
  for (let begin = 0; begin < inputs.length; begin += batchSize * size) {
    const values = inputs.subarray(begin, begin + batchSize * size);
    yield { inputs: tensor<Rank.R3>(values, [values.length / size, ...inputShape] as Tensor3D['shape']) };
  }
}

function checkCountOfExamples(count: number): void {
  if (count < 1) throw new ArgumentError('predict', 'at least one example', `${count}`);
}
