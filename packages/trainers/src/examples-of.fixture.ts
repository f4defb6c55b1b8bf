import { Random } from '@rnn/cells';
import { sequenceOf } from 'testing';
import type { BatchRequest, ExampleBatch, Examples } from './examples';

/** Two steps of one number, and which step held the larger one, as a class number. */
export function largerStep(size: number, seed = 1): Examples {
  const inputs = Float32Array.from(sequenceOf(2 * size, seed));
  const targets = Int32Array.from({ length: size }, (_, i) =>
    Number((inputs[2 * i + 1] as number) > (inputs[2 * i] as number)),
  );
  return examplesOf(inputs, [2, 1], targets, []);
}

/** Two steps of one number, and their sum. */
export function sumOfSteps(size: number, seed = 1): Examples {
  const inputs = Float32Array.from(sequenceOf(2 * size, seed));
  const targets = Float32Array.from(
    { length: size },
    (_, i) => (inputs[2 * i] as number) + (inputs[2 * i + 1] as number),
  );
  return examplesOf(inputs, [2, 1], targets, [1]);
}

function examplesOf(
  inputs: Float32Array,
  inputShape: readonly number[],
  targets: Float32Array | Int32Array,
  targetShape: readonly number[],
): Examples {
  const inputSize = inputShape.reduce((product, n) => product * n, 1);
  const targetSize = targetShape.reduce((product, n) => product * n, 1);
  const size = inputs.length / inputSize;
  return {
    size,
    inputShape,
    targetShape,
    *batches({ batchSize, shuffle = false, seed = 0, epoch = 0, dropRemainder = false }: BatchRequest) {
      const order = Array.from({ length: size }, (_, i) => i);
      const random = new Random(seed, `${epoch}`);
      const keys = order.map(() => random.uniform());
      if (shuffle) order.sort((a, b) => (keys[a] as number) - (keys[b] as number));
      for (let begin = 0; begin < size; begin += batchSize) {
        const rows = order.slice(begin, begin + batchSize);
        if (dropRemainder && rows.length < batchSize) return;
        const batch: ExampleBatch = {
          size: rows.length,
          inputs: new Float32Array(rows.length * inputSize),
          targets: new (targets instanceof Int32Array ? Int32Array : Float32Array)(rows.length * targetSize),
        };
        for (const [k, row] of rows.entries()) {
          batch.inputs.set(inputs.subarray(row * inputSize, (row + 1) * inputSize), k * inputSize);
          batch.targets.set(targets.subarray(row * targetSize, (row + 1) * targetSize), k * targetSize);
        }
        yield batch;
      }
    },
  };
}

/** Some of what `examples` have, as sequences of one or two steps: their batches tell the lengths, and padding holds `padding`. */
export function paddedWith(padding: number, examples: Examples): Examples {
  return {
    ...examples,
    *batches(request: BatchRequest) {
      for (const batch of examples.batches(request)) {
        const lengths = Int32Array.from(batch.targets, (target) => 1 + (Math.abs(Math.round(target * 10)) % 2));
        const inputs = batch.inputs.map((value, i) => (i % 2 < (lengths[i >> 1] as number) ? value : padding));
        yield { ...batch, inputs, lengths };
      }
    },
  };
}
