import type { ExampleBatch } from '../examples';

/** A batch in parts of so many examples, the last of what is left. The values are not copied. */
export function* batchParts(batch: ExampleBatch, partSize: number): Generator<ExampleBatch, void> {
  const { size, inputs, targets, lengths } = batch;
  for (let begin = 0; begin < size; begin += partSize) {
    const end = Math.min(begin + partSize, size);
    const rows = <Values extends Float32Array | Int32Array>(values: Values) => {
      const width = values.length / size;
      return values.subarray(begin * width, end * width) as Values;
    };
    const part = { size: end - begin, inputs: rows(inputs), targets: rows(targets) };
    yield lengths === undefined ? part : { ...part, lengths: rows(lengths) };
  }
}
