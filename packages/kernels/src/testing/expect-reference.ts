import { getBackend, setBackend, type Tensor } from '@tensorflow/tfjs-core';
import { relativeError, sequenceOf, tolerance } from 'testing';
import { expect } from 'vitest';
import { type EngineCase, sequenceOfCase, show, valuesOfCase } from './random-case';
import { gradientsOf, type SequenceCase, toTensors } from './sequence-case';

/** All that comes out and the gradient, by `d` and its name, of all that goes in. */
export async function everythingOf(
  sequence: SequenceCase,
  values: Record<string, number[]>,
): Promise<Readonly<Record<string, ArrayLike<number>>>> {
  const tensors = toTensors(sequence, values);
  const results = sequence.run(tensors);
  const shares = Object.entries(results).map(([name, { size }], k) => [name, sequenceOf(size, 70 + k)]);
  const gradients = gradientsOf(sequence, tensors, Object.fromEntries(shares));
  const all = [
    ...Object.entries(results),
    ...Object.keys(sequence.shapes).map((name, k) => [`d ${name}`, gradients[k] as Tensor] as const),
  ];
  return Object.fromEntries(await Promise.all(all.map(async ([name, t]) => [name, await t.data()])));
}

/** Fails unless the fused kernel of the active backend gives, in everything, what the reference gives on `referenceBackend`. */
export async function expectReference(engineCase: EngineCase, referenceBackend = getBackend()): Promise<void> {
  const fused = sequenceOfCase(engineCase, 'fused');
  const values = valuesOfCase(engineCase, fused);
  const fusedBackend = getBackend();
  const got = await everythingOf(fused, values);
  await setBackend(referenceBackend);
  const want = await everythingOf(sequenceOfCase(engineCase, 'reference'), values);
  await setBackend(fusedBackend);
  const { forward, gradient } = tolerance(fusedBackend);
  expect(Object.keys(got)).toEqual(Object.keys(want));
  for (const [name, numbers] of Object.entries(want)) {
    const bound = name.startsWith('d ') ? gradient : forward;
    expect(relativeError(got[name] ?? [], numbers), `${name}: ${show(engineCase)}`).toBeLessThan(bound);
  }
}
