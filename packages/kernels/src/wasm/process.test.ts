import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { currentNode } from 'current-node';
import { describe, expect, test } from 'vitest';

const built = new URL('../../dist/index.js', import.meta.url).href;
const root = fileURLToPath(new URL('../../../..', import.meta.url));

// Inference on enough rows for several threads; it prints what computes and two outputs.
const program = `
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { chooseKernel, lstmSequence } from '${built}';
await tf.setBackend('cpu');
const [T, B, D, H] = [8, 32, 16, 32];
const fill = (...shape) => tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, k) => Math.sin(k) / 4), shape);
const run = (inputs) => lstmSequence({
  inputs,
  initialState: { c: tf.zeros([B, H]), h: tf.zeros([B, H]) },
  weights: { kernel: fill(D + H, 4 * H), bias: tf.zeros([4 * H]) },
  kernel: 'fused',
});
const x = fill(T, B, D);
const facts = { steps: T, batchSize: B, inputSize: D, numUnits: H, activation: 'tanh' };
console.log(chooseKernel('lstmSequence', facts).kernel.device());
console.log(run(x).outputs.dataSync().slice(-2).join());
`;

function start(code: string, variables: Record<string, string> = {}, node = process.execPath) {
  const env = { ...process.env, NODE_OPTIONS: '', ...variables };
  const began = performance.now();
  const child = spawnSync(node, ['--input-type=module', '--eval', code], {
    ...{ cwd: root, env, encoding: 'utf8' as const, timeout: 50_000 },
  });
  return { ...child, lines: child.stdout.trim().split('\n'), seconds: (performance.now() - began) / 1000 };
}

describe('a process that uses the engine', () => {
  test.each([
    ['1', /^WebAssembly, 1 thread, (relaxed |256-bit )?SIMD$/],
    ['2', /^WebAssembly, 2 threads, (relaxed |256-bit )?SIMD$/],
    ['5', /^WebAssembly, 5 threads, (relaxed |256-bit )?SIMD$/],
    ['1000', /^WebAssembly, 64 threads, (relaxed |256-bit )?SIMD$/],
  ])('has RNN_THREADS=%s threads, 64 at most, and ends by itself', (threads, device) => {
    const { lines, status, stderr, seconds } = start(program, { RNN_THREADS: threads });
    expect(stderr.replace(/[\s=]*Hi, looks[^=]*[\s=]*/, '')).toBe('');
    expect(status).toBe(0);
    expect(lines[0]).toMatch(device);
    expect(seconds).toBeLessThan(20);
  });

  test('gives the same numbers on any count of threads', () => {
    const [, one] = start(program, { RNN_THREADS: '1' }).lines;
    const [, three] = start(program, { RNN_THREADS: '3' }).lines;
    expect(three).toBe(one);
  });

  test.each(['x', '0', '-1', '2.5', '', '1e3'])('an RNN_THREADS of %j is an error', (threads) => {
    const { status, stderr } = start(program, { RNN_THREADS: threads });
    expect(stderr).toContain(`KernelError: RNN_THREADS: expected a positive integer, got '${threads}'`);
    expect(status).toBe(1);
  });

  test.each([
    ['fast', "one of plain, relaxed, wide, got 'fast'"],
    ['', "one of plain, relaxed, wide, got ''"],
  ])('an RNN_SIMD of %j is an error', (simd, text) => {
    const { status, stderr } = start(program, { RNN_SIMD: simd });
    expect(stderr).toContain(`KernelError: RNN_SIMD: expected ${text}`);
    expect(status).toBe(1);
  });
});

describe.skipIf(currentNode === undefined)('on a current Node', () => {
  test('gives by each SIMD what this Node gives', () => {
    const [, want] = start(program, { RNN_SIMD: 'relaxed' }).lines;
    for (const simd of ['relaxed', 'wide']) {
      const { lines, stderr } = start(program, { RNN_SIMD: simd, RNN_THREADS: '2' }, currentNode);
      expect(lines, stderr).toEqual([`WebAssembly, 2 threads, ${simd === 'wide' ? '256-bit' : simd} SIMD`, want]);
    }
  });

  test('takes 256-bit SIMD where that is faster', () => {
    const avx2 = existsSync('/proc/cpuinfo') && /\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
    const [device] = start(program, {}, currentNode).lines;
    expect(device).toMatch(avx2 ? /256-bit SIMD$/ : /relaxed SIMD$/);
  });
});
