import {
  clone,
  copyRegisteredKernels,
  dispose,
  findBackend,
  getBackend,
  registerBackend,
  setBackend,
  type Tensor,
  tensor,
  tidy,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { sequenceOf } from 'testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { adagrad } from './adagrad';
import { adam } from './adam';
import type { KernelOptions } from './kernel-options';
import { momentum } from './momentum';
import type { Optimizer } from './optimizer';

const shapes = { 'rnn/kernel': [3, 5], 'rnn/bias': [5], 'dense/bias': [1] };
const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

const optimizers: [string, (options?: KernelOptions) => Optimizer][] = [
  ['adam', (options) => adam(0.01, options)],
  ['adagrad', (options) => adagrad(0.1, options)],
  ['momentum', (options) => momentum(0.1, 0.9, options)],
  ['momentum with a look ahead', (options) => momentum(0.1, 0.9, { useNesterov: true, ...options })],
];

let variables: Map<string, Variable>;
beforeEach(() => {
  variables = new Map(
    Object.entries(shapes).map(([name, shape], k) => [
      name,
      tidy(() => variable(tensor(sequenceOf(sizeOf(shape), k), shape) as Tensor)),
    ]),
  );
});
afterEach(() => dispose([...variables.values()]));

const valuesOf = (tensors: ReadonlyMap<string, Tensor>) => [...tensors].map(([name, t]) => [name, [...t.dataSync()]]);

function update(optimizer: Optimizer, step: number): void {
  tidy(() => {
    const gradients = Object.entries(shapes).map(([name, shape], k) => {
      return [name, tensor(sequenceOf(sizeOf(shape), 10 * step + k), shape) as Tensor] as const;
    });
    optimizer.applyGradients(variables, new Map(gradients));
  });
}

describe.each(optimizers)('%s', (_, make) => {
  test('one kernel for all variables and stock operations give the same bits, slots too', () => {
    const first = [...variables.values()].map((v) => clone(v));
    const run = (options: KernelOptions) => {
      for (const [k, v] of [...variables.values()].entries()) v.assign(first[k] as Tensor);
      const optimizer = make(options);
      for (let step = 1; step <= 12; step++) update(optimizer, step);
      const end = [valuesOf(variables), valuesOf(optimizer.slots)];
      optimizer.dispose();
      return end;
    };
    const want = run({ kernel: 'reference' });
    expect(run({ kernel: 'fused' })).toEqual(want);
    expect(run({})).toEqual(want);
    dispose(first);
  });

  test('a snapshot of the variables and slots keeps its values through later updates', () => {
    const optimizer = make();
    update(optimizer, 1);
    const all = () => [...variables.values(), ...optimizer.slots.values()];
    const snapshot = all().map((v) => clone(v as Tensor));
    const values = snapshot.map((t) => [...t.dataSync()]);
    for (let step = 2; step <= 4; step++) update(optimizer, step);
    expect(snapshot.map((t) => [...t.dataSync()])).toEqual(values);
    for (const [k, v] of all().entries()) expect([...v.dataSync()]).not.toEqual(values[k]);
    dispose(snapshot);
    optimizer.dispose();
  });
});

test('where a backend has no fused update, stock operations run, and fused says why not', async () => {
  const inUse = getBackend();
  const made = findBackend(inUse);
  registerBackend('toy', () => made);
  copyRegisteredKernels(inUse, 'toy');
  await setBackend('toy');
  try {
    const fused = adam(0.01, { kernel: 'fused' });
    const before = valuesOf(variables);
    expect(() => update(fused, 1)).toThrow('none: no fused kernel is registered for adamUpdate on toy');
    expect([valuesOf(variables), fused.iterations, fused.slots.size]).toEqual([before, 0, 0]);
    const auto = adam(0.01);
    update(auto, 1);
    expect(valuesOf(variables)).not.toEqual(before);
    auto.dispose();
  } finally {
    await setBackend(inUse);
  }
});
