import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { findBackend, memory, setBackend } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { availableBackends } from '../available-backends';
import { cpu } from '../cpu';
import type { WorkingTrial } from './trial';
import { tryHere } from './try-here';

let project: string;
beforeEach(async () => {
  // pnpm puts every package of this workspace there.
  vi.stubEnv('NODE_PATH', '');
  (Module as unknown as { _initPaths(): void })._initPaths();
  await setBackend('cpu');
  project = mkdtempSync(join(tmpdir(), 'project-'));
  writeFileSync(join(project, 'package.json'), '{}');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(project, { recursive: true });
});

function install(name: string, main: string, under = project): string {
  const folder = join(under, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.js'), main);
  return folder;
}

/** A stand-in for @rnn/kernels, since the real one is built after this package. Its fused LSTM is off by that much from the stock operations. */
const kernels = (error: number, choice = "{ kernel: { device: () => 'a stand-in' } }") => {
  const core = JSON.stringify(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core'));
  return `const tf = require(${core});
    exports.chooseKernel = () => (${choice});
    exports.lstmSequence = ({ inputs, weights, kernel }) => ({
      h: tf.tidy(() => tf.add(tf.slice(weights.kernel, 0, 128), kernel === 'fused' ? ${error} : 0)),
    });`;
};

it('times a product and a fused LSTM, and leaves no tensors', async () => {
  install('@rnn/kernels', kernels(0));
  const before = memory().numTensors;
  expect(await tryHere('cpu', project)).toEqual({
    state: 'works',
    name: 'cpu',
    device: 'CPU, plain JavaScript, 1 thread',
    onGpu: false,
    versions: expect.objectContaining({ '@tensorflow/tfjs-backend-cpu': '4.22.0' }),
    reasons: [],
    product: { ms: expect.any(Number) },
    lstm: { ms: expect.any(Number), kernel: 'a stand-in' },
  });
  expect(memory().numTensors).toBe(before);
});

it('finds the kernels that @rnn/unroll brings', async () => {
  install('@rnn/kernels', kernels(0), install('@rnn/unroll', ''));
  expect(await tryHere('cpu', project)).toMatchObject({ lstm: { kernel: 'a stand-in' } });
});

it('says so where there are none', async () => {
  expect((await tryHere('cpu', project)) as WorkingTrial).toMatchObject({
    state: 'works',
    lstm: {
      reason: '@rnn/kernels is not installed here',
      remedy: 'Run npm install @rnn/kernels, or the doctor in the folder of a project that uses it.',
    },
  });
});

it('says so where they have none for the backend', async () => {
  install('@rnn/kernels', kernels(0, "{ reason: 'none is registered' }"));
  expect(await tryHere('cpu', project)).toMatchObject({
    lstm: { reason: 'none is registered', remedy: 'Sequences run as stock operations there.' },
  });
});

it.each([
  ['0.5', /^cpu starts and does not compute \(the fused LSTM is off by 0\.[45]\d+\)$/],
  ['NaN', /^cpu starts and does not compute \(the fused LSTM is off by NaN\)$/],
])('calls a backend broken whose LSTM is off by %s', async (error, reason) => {
  install('@rnn/kernels', kernels(Number(error)));
  expect(await tryHere('cpu', project)).toEqual({
    state: 'broken',
    reason: expect.stringMatching(reason),
    remedy: cpu.remedy,
  });
});

it('calls one broken whose product is wrong', async () => {
  const native = findBackend('cpu') as unknown as { read(id: object): Promise<Float32Array> };
  const read = native.read.bind(native);
  vi.spyOn(native, 'read').mockImplementation(async (id) => (await read(id)).map((value) => value + 1));
  expect(await tryHere('cpu', project)).toMatchObject({
    state: 'broken',
    reason: expect.stringMatching(
      /^cpu starts and does not compute \(a product came out wrong: -?\d+ in place of -?\d+\)$/,
    ),
  });
});

it('tells of one that is absent as useBackend does', async () => {
  for (const { name, present, ...absence } of await availableBackends()) {
    if (!present) expect(await tryHere(name, project)).toEqual({ state: 'absent', ...absence });
  }
});

it("gives the reasons of 'auto'", async () => {
  expect(((await tryHere('auto', project)) as WorkingTrial).reasons.length).toBeGreaterThan(0);
});
