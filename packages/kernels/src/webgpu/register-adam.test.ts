import { backend, memory, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { expectNoLeak, relativeError, sequenceOf, tolerance } from 'testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { chooseKernel } from '../fused-kernels';
import { adamUpdate } from '../updates/adam-update';
import { registerWebgpuAdam } from './register-adam';
import type { WebgpuBackend } from './webgpu-backend';

registerWebgpuAdam();
const [beta1, beta2, epsilon] = [0.8, 0.99, 1e-3];
const rateAt = (step: number) => (0.02 * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
/** No size is a multiple of a workgroup; one is empty, one a single number. */
const shapes = [[3, 50], [], [2, 0], [7]];
const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
const variablesOf = (chosen = shapes) =>
  chosen.map((shape, k) => {
    const values = (seed: number) => sequenceOf(sizeOf(shape), 10 * seed + k);
    const squares = values(3).map((value) => value * value);
    const [w, g, m, v] = [values(1), values(2), values(4), squares].map((numbers) => tensor(numbers, shape));
    return { w, g, m, v } as Record<'w' | 'g' | 'm' | 'v', Tensor>;
  });
const update = (variables: ReturnType<typeof variablesOf>, step: number) =>
  adamUpdate({ variables, rate: rateAt(step), beta1, beta2, epsilon, kernel: 'fused' });

describe('on webgpu', () => {
  afterEach(() => void vi.restoreAllMocks());

  test('Adam follows the formula in float64', async () => {
    const variables = variablesOf();
    for (const [k, after] of update(variables, 3).entries()) {
      const before = variables[k] as (typeof variables)[number];
      const [w, g, m, v] = await Promise.all([before.w, before.g, before.m, before.v].map((t) => t.data()));
      const numbers = Array.from(w as Float32Array, (value, i) => {
        const gradient = g?.[i] as number;
        const mean = beta1 * (m?.[i] as number) + (1 - beta1) * gradient;
        const square = beta2 * (v?.[i] as number) + (1 - beta2) * gradient ** 2;
        return { w: value - (rateAt(3) * mean) / (Math.sqrt(square) + epsilon), m: mean, v: square };
      });
      for (const letter of ['w', 'm', 'v'] as const) {
        expect(after[letter].shape).toEqual(shapes[k]);
        const want = numbers.map((all) => all[letter]);
        expect(relativeError(await after[letter].data(), want), `${letter} of ${k}`).toBeLessThan(
          tolerance('cpu').forward,
        );
      }
    }
  });

  test('Adam takes three dispatches a variable', () => {
    const variables = variablesOf([[3, 50], [7]]);
    const run = vi.spyOn(backend() as WebgpuBackend, 'runWebGPUProgram');
    update(variables, 1);
    expect(run.mock.calls.length).toBe(6);
  });

  test('Adam reaches every number of more than a dispatch has threads', async () => {
    const size = 65535 * 64 + 5;
    const whole = tensor(new Float32Array(size).fill(2));
    const none = tensor(new Float32Array(size));
    const [{ w, m }] = update([{ w: none, g: whole, m: none, v: whole }], 1) as [Record<'w' | 'm' | 'v', Tensor>];
    const [ends, means] = [await w.data(), await m.data()];
    expect([means[0], means[size - 6], means[size - 1]].map((mean) => mean?.toFixed(5))).toEqual(
      new Array(3).fill('0.40000'),
    );
    expect(ends[size - 1]).toBe(ends[0]);
    for (const t of [whole, none, w, m]) t.dispose();
  });

  test('Adam leaves what it was given as it was, and nothing else alive', async () => {
    const variables = variablesOf();
    const all = variables.flatMap((variable) => Object.values(variable));
    const values = await Promise.all(all.map((t) => t.data()));
    const before = memory().numTensors;
    expectNoLeak(() => update(variables, 1).flatMap((after) => Object.values(after)));
    expect(memory().numTensors).toBe(before);
    expect(await Promise.all(all.map((t) => t.data()))).toEqual(values);
  });

  test('the choice says what computes it', () => {
    expect(chooseKernel('adamUpdate', undefined).kernel?.device()).toMatch(/^WGSL, /);
  });
});
