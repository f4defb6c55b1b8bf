import { BackendChoice } from '@rnn/backends';
import { expect, it } from 'vitest';
import type { TrainingLength } from './chosen-values';
import { headerLines } from './header-lines';

const device = 'CPU, SIMD, 1 thread';
const backend = new BackendChoice({ name: 'wasm', device, onGpu: false, versions: {} }, ['asked for by name']);
const lines = (
  length: TrainingLength,
  kernel = 'lstmSequence x 2 on wasm, WebAssembly, 2 threads, float32',
  chosen = backend,
) =>
  headerLines({
    ...{
      workload: 'two-layer',
      network: 'BasicLSTMCell(20), BasicLSTMCell(1)',
      optimizer: 'Adam',
      units: [20, 1],
      seed: 5,
    },
    ...{ backend: chosen, kernel, data: ['9,990 windows', 'in order'] },
    values: { hidden: [20], learningRate: 1e-3, batchSize: 128, length },
  });

it('tells what a run is, a line each, and which threads compute what', () => {
  expect(lines({ steps: 3000 })).toEqual([
    'two-layer: BasicLSTMCell(20), BasicLSTMCell(1), Adam',
    'run      3,000 steps, batches of 128, learning rate 0.001, units 20, 1, seed 5',
    'backend  stock operations on wasm, CPU, SIMD, 1 thread: asked for by name',
    'kernel   recurrent layers: lstmSequence x 2, own WebAssembly, 2 threads, float32',
    'data     9,990 windows',
    '         in order',
  ]);
});

it('what is wider than 80 columns, as all that auto passed over, hangs below its beginning', () => {
  const reasons = ['the binding of @tensorflow/tfjs-node-gpu is not built', 'webgpu finds no Vulkan driver'];
  const passedOver = new BackendChoice({ name: 'wasm', device, onGpu: false, versions: {} }, reasons);
  const header = lines({ steps: 2 }, undefined, passedOver);
  for (const line of header) expect(line.length).toBeLessThanOrEqual(80);
  expect(header.slice(2, 5)).toEqual([
    'backend  stock operations on wasm, CPU, SIMD, 1 thread: the binding of',
    '         @tensorflow/tfjs-node-gpu is not built, webgpu finds no Vulkan driver',
    'kernel   recurrent layers: lstmSequence x 2, own WebAssembly, 2 threads, float32',
  ]);
});

it.each<[TrainingLength, string]>([
  [{ epochs: 1 }, '1 epoch'],
  [{ epochs: 2 }, '2 epochs'],
  [{ steps: 1 }, '1 step'],
])('%j is "%s"', (length, words) => {
  expect(lines(length)[1]).toContain(`run      ${words}, batches`);
});

it('a kernel out of stock operations is said to be on the backend', () => {
  const kernel = 'GRUCell step by step on webgl, stock operations: no kernel for it';
  expect(lines({ steps: 2 }, kernel).slice(3, 5).join(' ').replace(/ {2,}/g, ' ')).toBe(
    `kernel recurrent layers: ${kernel}`,
  );
});
