import { backend, tensor } from '@tensorflow/tfjs-core';
import { sequenceOf } from 'testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { adamUpdate } from '../updates/adam-update';
import { registerWebgpuAdam } from './register-adam';
import type { WebgpuBackend } from './webgpu-backend';

registerWebgpuAdam();
const options = { rate: 0.01, beta1: 0.8, beta2: 0.99, epsilon: 1e-3, kernel: 'fused' } as const;

// Its numbers are those of updates.test.ts.
describe('on webgpu', () => {
  afterEach(() => void vi.restoreAllMocks());

  test('Adam takes three dispatches a variable', () => {
    const variables = [150, 7].map((size) => {
      const values = (seed: number) => tensor(sequenceOf(size, seed));
      return { w: values(1), g: values(2), m: values(3), v: values(4) };
    });
    const run = vi.spyOn(backend() as WebgpuBackend, 'runWebGPUProgram');
    adamUpdate({ ...options, variables });
    expect(run.mock.calls.length).toBe(6);
  });

  test('Adam reaches every number of more than a dispatch has threads', async () => {
    const size = 65535 * 64 + 5;
    const twos = tensor(new Float32Array(size).fill(2));
    const none = tensor(new Float32Array(size));
    const [after] = adamUpdate({ ...options, variables: [{ w: none, g: twos, m: none, v: twos }] });
    const [ends = [], means = []] = await Promise.all([after?.w.data(), after?.m.data()]);
    expect([means[0], means[size - 6], means[size - 1]].map((mean) => mean?.toFixed(5))).toEqual(
      new Array(3).fill('0.40000'),
    );
    expect(ends[size - 1]).toBe(ends[0]);
    for (const t of [twos, none, after?.w, after?.m]) t?.dispose();
  });
});
