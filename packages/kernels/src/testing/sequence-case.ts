import { add, dot, getBackend, grads, reshape, type Tensor, tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { centralDifferences, expectClose, expectNoLeak, sequenceOf, tolerance } from 'testing';
import { expect } from 'vitest';
import type { Schedule, Values } from './float64-sequences';

type Tensors = Readonly<Record<string, Tensor>>;

/** One operation on fixed sizes and options: on tensors, and in float64. Both take and give everything by name. */
export interface SequenceCase {
  /** Of everything differentiable that it takes: inputs, state and weights. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly run: (tensors: Tensors) => Tensors;
  readonly float64: (values: Values) => Record<string, number[]>;
}

/** Draws values that the thresholds of the LSTM's tests clip in both directions, which a test of theirs makes sure of. */
const defaultSeed = 9;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Different numbers for every name, step, row, gate and unit. */
export function drawn({ shapes }: SequenceCase, seed = defaultSeed): Record<string, number[]> {
  const entries = Object.entries(shapes).map(([name, shape], k) => [name, sequenceOf(sizeOf(shape), seed + k)]);
  return Object.fromEntries(entries);
}

export function toTensors({ shapes }: SequenceCase, values: Values): Record<string, Tensor> {
  const entries = Object.entries(shapes).map(([name, shape]) => [
    name,
    tensor(Float32Array.from(values[name] ?? []), [...shape], 'float32'),
  ]);
  return Object.fromEntries(entries);
}

/** Fails unless the tensors give what the float64 loops give, and nothing stays behind. */
export function expectForward(sequence: SequenceCase, seed = defaultSeed): void {
  const values = drawn(sequence, seed);
  const want = sequence.float64(values);
  const tensors = toTensors(sequence, values);
  expectNoLeak(() => {
    const got = sequence.run(tensors);
    expect(Object.keys(got)).toEqual(Object.keys(want));
    for (const [name, result] of Object.entries(got)) expectClose(result, want[name] ?? []);
    return got;
  });
}

/** Fails unless the gradient of everything that goes in, of a sum of all that comes out in different shares, is that of the float64 loops. */
export function expectGradients(sequence: SequenceCase, seed = defaultSeed): void {
  const values = drawn(sequence, seed);
  const shares = Object.entries(sequence.float64(values)).map(
    ([name, result], k) => [name, sequenceOf(result.length, seed + 50 + k)] as const,
  );
  const loss64 = (at: Values): number => {
    const results = sequence.float64(at);
    return shares
      .flatMap(([name, share]) => share.map((weight, k) => weight * (results[name]?.[k] as number)))
      .reduce((sum, term) => sum + term, 0);
  };

  // In float64 so small a step loses nothing to rounding, and seldom crosses a threshold or the kink of relu.
  const names = Object.keys(sequence.shapes);
  const tensors = toTensors(sequence, values);
  const gradients = gradientsOf(sequence, tensors, Object.fromEntries(shares));
  for (const [k, name] of names.entries()) {
    const numeric = centralDifferences((x) => loss64({ ...values, [name]: x }), values[name] ?? [], 2 ** -20);
    expect(gradients[k]?.shape).toEqual(sequence.shapes[name]);
    expectClose(gradients[k] as Tensor, numeric, tolerance(getBackend()).gradient);
  }
}

/** Fails unless inputs past the lengths that are not numbers leave all results and gradients as they are. */
export function expectPaddingReachesNothing(sequence: SequenceCase, { lengths }: Schedule): void {
  const clean = drawn(sequence);
  const [T, B, D] = sequence.shapes.inputs as readonly [number, number, number];
  const isPadding = (k: number) => Math.floor(k / (B * D)) >= (lengths?.[Math.floor(k / D) % B] ?? T);
  const dirty = { ...clean, inputs: clean.inputs?.map((x, k) => (isPadding(k) ? Number.NaN : x)) ?? [] };
  expect(dirty.inputs.some(Number.isNaN)).toBe(true);
  const want64 = sequence.float64(clean);
  const shares = Object.entries(want64).map(([name, { length }], k) => [name, sequenceOf(length, 1 + k)]);

  const results = sequence.run(toTensors(sequence, dirty));
  for (const [name, want] of Object.entries(want64)) expectClose(results[name] as Tensor, want);
  const want = gradientsOf(sequence, toTensors(sequence, clean), Object.fromEntries(shares));
  const got = gradientsOf(sequence, toTensors(sequence, dirty), Object.fromEntries(shares));
  for (const [k, gradient] of got.entries()) expectClose(gradient, want[k]?.dataSync() ?? []);
}

/** The gradients to everything in `shapes`, in its order, of Σ share · result over those results that have a share. */
export function gradientsOf(sequence: SequenceCase, tensors: Tensors, shares: Values): Tensor[] {
  const names = Object.keys(sequence.shapes);
  const loss = (...at: Tensor[]): Tensor =>
    tidy(() => {
      const results = sequence.run(Object.fromEntries(names.map((name, k) => [name, at[k] as Tensor])));
      const terms = Object.entries(shares).map(([name, share]) =>
        dot(reshape(results[name] as Tensor, [-1]), tensor1d(Float32Array.from(share))),
      );
      return terms.reduce((sum, term) => add(sum, term));
    });
  return grads(loss)(names.map((name) => tensors[name] as Tensor));
}
