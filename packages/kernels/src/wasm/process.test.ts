import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { currentNode } from 'current-node';
import { describe, expect, test } from 'vitest';

const built = new URL('../../dist/index.js', import.meta.url).href;
const gradients = new URL('../../../cells/dist/gradients.js', import.meta.url).href;
const folder = fileURLToPath(new URL('../..', import.meta.url));

// Inference on 335 million multiplications, enough for 64 threads; it prints what computes, two outputs and how many tasks went to workers.
const program = `
let tasks = 0;
const { notify } = Atomics;
Atomics.notify = (...args) => (tasks++, notify(...args));
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { chooseKernel, lstmSequence } from '${built}';
await tf.setBackend('cpu');
const [T, B, D, H] = [2, 320, 256, 256];
const fill = (...shape) => tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, k) => Math.sin(k) / 8), shape);
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
console.log(tasks);
`;

// A training step of every recurrence, in sizes that leave no loop without work at its edges; it prints a digest of all numbers.
const training = `
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '${gradients}';
import { gruSequence, lstmSequence, rnnSequence } from '${built}';
await tf.setBackend('cpu');
const fill = (seed) => (...shape) => tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, k) => Math.sin(seed + k)), shape);
for (const [T, B, D, H, P] of [[11, 43, 21, 70, 37], [5, 2, 3, 33, 8], [6, 1, 28, 128, 40], [7, 12, 9, 24, 24]]) {
  const draw = (...shape) => tf.mul(fill(shape.length)(...shape), Math.sqrt(2 / (D + H)));
  const x = fill(0)(T, B, D);
  const lengths = Array.from({ length: B }, (_, b) => T - ((5 * b) % (T + 1)));
  const [h, c, p] = [fill(1)(B, H), fill(2)(B, H), fill(3)(B, P)];
  const diagonals = { f: fill(4)(H), i: fill(5)(H), o: fill(6)(H) };
  const shared = { lengths, kernel: 'fused' };
  const cases = {
    lstm: [[x, h, c, draw(D + H, 4 * H), draw(4 * H)], (inputs, h, c, kernel, bias) => lstmSequence({ ...shared, inputs, initialState: { c, h }, weights: { kernel, bias } })],
    whole: [[x, p, c, draw(D + P, 4 * H), draw(4 * H), draw(H, P)], (inputs, h, c, kernel, bias, projection) =>
      lstmSequence({ ...shared, inputs, initialState: { c, h }, weights: { kernel, bias, projection, peepholes: diagonals }, cellClip: 0.5, projClip: 0.4, reverse: true })],
    gru: [[x, h, draw(D + H, 2 * H), draw(2 * H), draw(D + H, H), draw(H)], (inputs, initialState, gatesKernel, gatesBias, candidateKernel, candidateBias) =>
      gruSequence({ ...shared, inputs, initialState, weights: { gatesKernel, gatesBias, candidateKernel, candidateBias } })],
    after: [[x, h, draw(D + H, 2 * H), draw(2 * H), draw(D, H), draw(H), draw(H, H), draw(H)], (inputs, initialState, gatesKernel, gatesBias, candidateInputKernel, candidateInputBias, candidateHiddenKernel, candidateHiddenBias) =>
      gruSequence({ ...shared, inputs, initialState, resetAfter: true, weights: { gatesKernel, gatesBias, candidateInputKernel, candidateInputBias, candidateHiddenKernel, candidateHiddenBias } })],
    rnn: [[x, h, draw(D + H, H), draw(H)], (inputs, initialState, kernel, bias) => rnnSequence({ ...shared, inputs, initialState, weights: { kernel, bias }, swapMemory: true })],
    relu: [[x, h, draw(D + H, H), draw(H)], (inputs, initialState, kernel, bias) => rnnSequence({ ...shared, inputs, initialState, weights: { kernel, bias }, activation: 'relu' })],
  };
  for (const [name, [args, run]] of Object.entries(cases)) {
    const loss = (...at) => { const { outputs } = run(...at); return tf.sum(tf.mul(outputs, fill(9)(...outputs.shape))); };
    const digest = createHash('sha256');
    for (const t of [run(...args).outputs, ...tf.grads(loss)(args)]) digest.update(t.dataSync());
    console.log(name, T, B, digest.digest('hex').slice(0, 16));
  }
}
`;

function start(
  code: string,
  variables: Record<string, string> = {},
  node = process.execPath,
  flags: readonly string[] = [],
) {
  const env = { ...process.env, NODE_OPTIONS: '', ...variables };
  const began = performance.now();
  const child = spawnSync(node, [...flags, '--input-type=module', '--eval', code], {
    ...{ cwd: folder, env, encoding: 'utf8' as const, timeout: 50_000, maxBuffer: 2 ** 28 },
  });
  return { ...child, lines: child.stdout.trim().split('\n'), seconds: (performance.now() - began) / 1000 };
}

describe('a process that uses the engine', () => {
  test.each([
    ['1', '0', /^WebAssembly, 1 thread, (relaxed |256-bit )?SIMD$/],
    ['2', '1', /^WebAssembly, 2 threads, (relaxed |256-bit )?SIMD$/],
    ['5', '4', /^WebAssembly, 5 threads, (relaxed |256-bit )?SIMD$/],
    ['1000', '63', /^WebAssembly, 64 threads, (relaxed |256-bit )?SIMD$/],
  ])('has RNN_THREADS=%s threads, 64 at most, all of which compute, and ends by itself', (threads, tasks, device) => {
    const { lines, status, stderr, seconds } = start(program, { RNN_THREADS: threads });
    expect(stderr.replace(/[\s=]*Hi, looks[^=]*[\s=]*/, '')).toBe('');
    expect(status).toBe(0);
    expect(lines[0]).toMatch(device);
    expect(lines[2]).toBe(tasks);
    expect(seconds).toBeLessThan(20);
  });

  test('gives the same numbers on any count of threads', () => {
    const [, one, ...inOne] = start(program, { RNN_THREADS: '1' }).lines;
    const [, three, ...inThree] = start(program, { RNN_THREADS: '3' }).lines;
    expect([inOne, inThree]).toEqual([['0'], ['2']]);
    expect(three).toBe(one);
  });

  test.each(['x', '0', '-1', '2.5', '', '1e3'])('an RNN_THREADS of %j is an error', (threads) => {
    const { status, stderr } = start(program, { RNN_THREADS: threads });
    expect(stderr).toContain(`KernelError: RNN_THREADS: expected a positive integer, got '${threads}'`);
    expect(status).toBe(1);
  });

  test.each<[string, string]>([
    ['fast', "one of plain, relaxed, wide, got 'fast'"],
    ['', "one of plain, relaxed, wide, got ''"],
    ...(Number.parseInt(process.versions.v8, 10) !== 13
      ? [['wide', "plain or relaxed, as this V8 has no 256-bit SIMD, got 'wide'"] as [string, string]]
      : []),
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
      expect(lines, stderr).toEqual([`WebAssembly, 2 threads, ${simd === 'wide' ? '256-bit' : simd} SIMD`, want, '1']);
    }
  });

  test('trains by each SIMD to the bits of this Node', () => {
    const want = start(training, { RNN_SIMD: 'relaxed', RNN_THREADS: '2' });
    expect(want.lines.length, want.stderr).toBe(24);
    expect(new Set(want.lines.map((line) => line.split(' ').at(-1))).size).toBe(24);
    for (const simd of ['relaxed', 'wide']) {
      const { lines, stderr } = start(training, { RNN_SIMD: simd, RNN_THREADS: '2' }, currentNode);
      expect(lines, stderr).toEqual(want.lines);
    }
  });

  // Which build runs is then a question of time, which simd.test.ts asks of a clock that does not depend on other work.
  test('multiplies 256 bits at a time in the wide build, where the processor can, and in no other', () => {
    const avx2 = existsSync('/proc/cpuinfo') && /\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
    // Without its quick first compiler V8 prints what it comes to at last, however short the run.
    const flags = ['--print-wasm-code', '--no-liftoff'];
    const products = (simd: string): boolean => {
      const { stdout, stderr, status } = start(program, { RNN_SIMD: simd }, currentNode, flags);
      expect(status, stderr).toBe(0);
      expect(stdout).toMatch(/vfmadd\d+ps/);
      return /vfmadd\d+ps ymm/.test(stdout);
    };
    expect(products('wide')).toBe(avx2);
    expect(products('relaxed')).toBe(false);
  });

  test('takes the wide build or the relaxed one', () => {
    const [device] = start(program, {}, currentNode).lines;
    expect(device).toMatch(/(256-bit|relaxed) SIMD$/);
  });
});
