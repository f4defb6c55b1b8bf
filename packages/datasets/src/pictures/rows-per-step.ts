import { DatasetError } from '../dataset-error';
import type { ExampleSet } from '../example-set';

/**
 * The same examples with several rows of a picture, one below the other, as one step of the sequence: fewer steps, each of more inputs.
 *
 *     rowsPerStep(train, 4)   // inputs [28, 28] become [7, 112]; the values stay where they are
 *
 * Throws a `DatasetError` where the inputs are not `[T, D]`, or T is no multiple of `rows`.
 */
export function rowsPerStep(examples: ExampleSet, rows: number): ExampleSet {
  const { size, inputShape, targetShape } = examples;
  const [steps, inputSize] = inputShape;
  if (inputShape.length !== 2 || steps === undefined || inputSize === undefined) {
    const got = `[${inputShape.join(', ')}]`;
    throw new DatasetError({ where: 'rowsPerStep', expected: 'inputs of shape [T, D]', got });
  }
  if (!(rows >= 1 && Number.isInteger(rows) && steps % rows === 0)) {
    const expected = `rows to be a whole number from 1 up that divides ${steps}`;
    throw new DatasetError({ where: 'rowsPerStep', expected, got: `${rows}` });
  }
  const batches: ExampleSet['batches'] = (request) => {
    const originals = examples.batches(request);
    return {
      *[Symbol.iterator]() {
        for (const { lengths, ...batch } of originals) {
          yield lengths === undefined ? batch : { ...batch, lengths: lengths.map((steps) => Math.ceil(steps / rows)) };
        }
      },
    };
  };
  return { size, inputShape: [steps / rows, rows * inputSize], targetShape, batches };
}
