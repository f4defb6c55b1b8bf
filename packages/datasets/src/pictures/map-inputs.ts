import type { Batch } from '../batch';

/** The same batches with inputs computed from theirs, by a function that `begin` makes anew each time they are gone through. */
export function mapInputs(
  batches: Iterable<Batch>,
  begin: () => (inputs: Float32Array) => Float32Array,
): Iterable<Batch> {
  return {
    *[Symbol.iterator]() {
      const change = begin();
      for (const batch of batches) yield { ...batch, inputs: change(batch.inputs) };
    },
  };
}
