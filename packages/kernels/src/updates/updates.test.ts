import { backend, clone, dispose, getBackend, type Tensor, tensor, zeros } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { chooseKernel, type KernelMode } from '../fused-kernels';
import { KernelError } from '../kernel-error';
import { expectSameBits } from '../testing/expect-same-bits';
import { engine } from '../wasm/engine';
import { registerUpdates } from '../wasm/register-updates';
import { device } from '../webgpu/device';
import { registerWebgpuAdam } from '../webgpu/register-adam';
import { adagradUpdate } from './adagrad-update';
import { adamUpdate } from './adam-update';
import { momentumUpdate } from './momentum-update';
import type { VariableUpdate } from './variable-update';

registerUpdates();
registerWebgpuAdam();

type Named = Readonly<Record<string, Tensor>>;
type Numbers = Record<string, number>;

interface UpdateCase {
  readonly op: 'adamUpdate' | 'adagradUpdate' | 'momentumUpdate';
  /** Where each slot begins. */
  readonly slots: Numbers;
  /** The step-th update, from 1. */
  readonly run: (variables: readonly Named[], step: number, kernel: KernelMode) => readonly Named[];
  /** The same for one number, in float64. */
  readonly formula: (before: Numbers & { w: number; g: number }, step: number) => Numbers;
}

const adamRate = (step: number) => (0.02 * Math.sqrt(1 - 0.99 ** step)) / (1 - 0.8 ** step);
const as = <Slot extends string>(variables: readonly Named[]) => variables as readonly VariableUpdate<Slot>[];

const cases: Record<string, UpdateCase> = {
  Adam: {
    op: 'adamUpdate',
    slots: { m: 0, v: 0 },
    run: (variables, step, kernel) =>
      adamUpdate({ variables: as(variables), rate: adamRate(step), beta1: 0.8, beta2: 0.99, epsilon: 1e-3, kernel }),
    formula: ({ w, g, m = 0, v = 0 }, step) => {
      const [mean, square] = [0.8 * m + 0.2 * g, 0.99 * v + 0.01 * g * g];
      return { w: w - (adamRate(step) * mean) / (Math.sqrt(square) + 1e-3), m: mean, v: square };
    },
  },
  Adagrad: {
    op: 'adagradUpdate',
    slots: { acc: 0.1 },
    run: (variables, _, kernel) => adagradUpdate({ variables: as(variables), rate: 0.05, kernel }),
    formula: ({ w, g, acc = 0 }) => ({ w: w - (0.05 * g) / Math.sqrt(acc + g * g), acc: acc + g * g }),
  },
  momentum: {
    op: 'momentumUpdate',
    slots: { acc: 0 },
    run: (variables, _, kernel) => momentumUpdate({ variables: as(variables), rate: 0.05, momentum: 0.7, kernel }),
    formula: ({ w, g, acc = 0 }) => ({ w: w - 0.05 * (0.7 * acc + g), acc: 0.7 * acc + g }),
  },
  'momentum with a look ahead': {
    op: 'momentumUpdate',
    slots: { acc: 0 },
    run: (variables, _, kernel) =>
      momentumUpdate({ variables: as(variables), rate: 0.05, momentum: 0.7, useNesterov: true, kernel }),
    formula: ({ w, g, acc = 0 }) => ({ w: w - 0.05 * (g + 0.7 * (0.7 * acc + g)), acc: 0.7 * acc + g }),
  },
};

/** No size is a multiple of 4, nor is their sum; one is empty and one is a single number. */
const shapes = [[3, 5], [7], [], [2, 0], [11]];
const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
const gradientsAt = (step: number) => shapes.map((shape, k) => sequenceOf(sizeOf(shape), 50 * step + k));
const first = (slots: Numbers): Named[] =>
  shapes.map((shape, k) => ({
    w: tensor(sequenceOf(sizeOf(shape), k), shape),
    ...Object.fromEntries(
      Object.entries(slots).map(([slot, value]) => [slot, tensor(new Array(sizeOf(shape)).fill(value), shape)]),
    ),
  }));
const withGradients = (variables: readonly Named[], step: number): Named[] =>
  gradientsAt(step).map((g, k) => ({ ...variables[k], g: tensor(g, shapes[k]) }));

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(Object.entries(cases))('%s', (_, { op, slots, run, formula }) => {
  test.each(['fused', 'reference'] as const)('30 steps follow the formula in float64, %s', (kernel) => {
    let got: readonly Named[] = first(slots);
    let want = got.map(({ w }) => Array.from((w as Tensor).dataSync(), (w): Numbers => ({ w, ...slots })));
    for (let step = 1; step <= 30; step++) {
      got = run(withGradients(got, step), step, kernel);
      const gradients = gradientsAt(step);
      want = want.map((numbers, k) =>
        numbers.map((before, i) => formula({ w: 0, ...before, g: gradients[k]?.[i] as number }, step)),
      );
    }
    for (const [k, variable] of got.entries()) {
      expect(Object.keys(variable)).toEqual(['w', ...Object.keys(slots)]);
      for (const [letter, values] of Object.entries(variable)) {
        expect(values.shape).toEqual(shapes[k]);
        expectClose(
          values,
          (want[k] as Numbers[]).map((numbers) => numbers[letter] as number),
        );
      }
    }
  });

  test('the fused kernel gives the bits of stock operations, also of what is not finite', () => {
    const strange = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e30, 1e-30, 3e-42];
    let fused: readonly Named[] = first(slots);
    let stock = fused;
    for (let step = 1; step <= 5; step++) {
      const g = [...strange, ...sequenceOf(11 - strange.length, step)];
      const given = (variables: readonly Named[]): Named[] =>
        withGradients(variables, step).map((variable, k) =>
          k === 4 && step > 2 ? { ...variable, g: tensor(g) } : variable,
        );
      fused = run(given(fused), step, 'fused');
      stock = run(given(stock), step, 'reference');
      for (const [k, variable] of stock.entries())
        for (const [letter, want] of Object.entries(variable))
          expectSameBits(fused[k]?.[letter] as Tensor, want, `${letter} of variable ${k} at step ${step}`);
    }
  });

  test('what it was given keeps its values, and so do clones of that', () => {
    const given = withGradients(first(slots), 1);
    const all = given.flatMap((variable) => Object.values(variable));
    const [values, copies] = [all.map((t) => [...t.dataSync()]), all.map((t) => clone(t))];
    run(given, 1, 'fused');
    expect(all.map((t) => [...t.dataSync()])).toEqual(values);
    expect(copies.map((t) => [...t.dataSync()])).toEqual(values);
  });

  test.each(['fused', 'reference'] as const)('nothing stays alive but the new values, %s', (kernel) => {
    const given = withGradients(first(slots), 1);
    expectNoLeak(() => [...run(given, 1, kernel)]);
    expect(engine().arena.usedBytes).toBe(0);
  });

  test('wherever the memory gives out, nothing stays alive', () => {
    const given = withGradients(first(slots), 1);
    const results = shapes.length * (1 + Object.keys(slots).length);
    // Of the wasm backend's own memory, and of the engine's, into which the others' numbers are copied.
    const onWasm = getBackend() === 'wasm';
    const memory = (onWasm ? backend() : engine().arena) as unknown as Record<string, (...sizes: unknown[]) => unknown>;
    const name = onWasm ? 'makeOutput' : 'allocate';
    const take = memory[name]?.bind(memory);
    const buffers = backend().numDataIds();
    for (let failing = 1; failing <= results; failing++) {
      let calls = 0;
      vi.spyOn(memory, name).mockImplementation((...sizes) => {
        if (++calls === failing) throw new Error('no memory');
        return take?.(...sizes);
      });
      expect(() => expectNoLeak(() => [...run(given, 1, 'fused')])).toThrow('no memory');
      expect([engine().arena.usedBytes, backend().numDataIds()]).toEqual([0, buffers]);
    }
  });

  test('without variables there is nothing to do', () => expect(run([], 1, 'auto')).toEqual([]));

  test('tensors that do not fit are told before anything is computed', () => {
    const refuses = (change: Named, text: string) => {
      const given = withGradients(first(slots), 1).map((variable, k) =>
        k === 1 ? { ...variable, ...change } : variable,
      );
      expect(() => expectNoLeak(() => [...run(given, 1, 'auto')])).toThrow(
        new KernelError(op, ...(text.split('|') as [string, string])),
      );
      dispose(given);
    };
    const slot = Object.keys(slots)[0] as string;
    refuses({ g: zeros([6]) }, 'variables[1].g to have shape [7]|[6]');
    refuses({ [slot]: zeros([7, 1]) }, `variables[1].${slot} to have shape [7]|[7, 1]`);
    const ints = zeros([7], 'int32');
    expect(() => run([{ ...withGradients(first(slots), 1)[1], g: ints }], 1, 'auto')).toThrow(
      `${op}: expected variables[0].g of dtype float32, got int32. Cast it first.`,
    );
  });

  test('the choice says what computes it', () => {
    const there = getBackend() === 'webgpu' ? device() : engine().device;
    expect(chooseKernel(op, undefined).kernel?.device()).toBe(there);
    expect(chooseKernel(op, undefined, 'reference').reason).toBe("kernel: 'reference' was asked for");
  });
});
