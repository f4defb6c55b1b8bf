import '@rnn/cells/gradients';
import {
  getBackend,
  grad,
  mul,
  ones,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, sequenceOf } from 'testing';
import { beforeAll, expect, test, vi } from 'vitest';
import { chooseKernel } from '../fused-kernels';
import { KernelError } from '../kernel-error';
import { rnnSequence } from '../rnn/rnn-sequence';
import { engine } from './engine';
import { memory } from './memory';
import { registerEngine } from './register';
import { setThreads } from './set-threads';

registerEngine();

/** 335 million multiplications: enough for 64 threads. */
const [T, B, D, H] = [2, 320, 512, 512];
const facts = { steps: T, batchSize: B, inputSize: D, numUnits: H, activation: 'tanh' } as const;
const device = (): string => chooseKernel('rnnSequence', facts).kernel?.device() ?? 'none';
let x: Tensor3D;
let kernel: Tensor2D;
beforeAll(() => {
  x = tensor(sequenceOf(T * B * D, 1), [T, B, D]);
  // Of a scale at which nothing saturates.
  kernel = mul(tensor(sequenceOf((D + H) * H, 2), [D + H, H]), Math.sqrt(3 / (D + H)));
});
const outputs = (inputs: Tensor): Tensor =>
  rnnSequence({
    inputs: inputs as Tensor3D,
    initialState: zeros([B, H]),
    weights: { kernel, bias: zeros([H]) },
    kernel: 'fused',
  }).outputs;
const gradient = (): Float32Array => grad((at) => sum(outputs(at)))(x).dataSync<'float32'>();

test('memory is nothing before first use, and asking starts nothing', () => {
  expect(memory()).toEqual({ usedBytes: 0, weightBytes: 0, totalBytes: 0 });
  expect(memory()).toEqual({ usedBytes: 0, weightBytes: 0, totalBytes: 0 });
});

test('before first use and after it, work goes to as many threads as were asked for', () => {
  for (const [count, threads, text] of [
    [3, 3, '3 threads'],
    [1, 1, '1 thread'],
    [2, 2, '2 threads'],
    [1000, 64, '64 threads'],
  ] as const) {
    setThreads(count);
    expect(device()).toContain(`, ${text}, `);
    const run = vi.spyOn(engine().threads, 'run');
    gradient();
    expect(run.mock.calls.map(([direction, addresses]) => [direction, addresses.length])).toEqual([
      ['forward', threads],
      ['backward', threads],
    ]);
  }
});

test('the same count keeps the engine; another ends its threads', () => {
  setThreads(3);
  const before = engine();
  setThreads(3);
  expect(engine()).toBe(before);
  const ended = vi.spyOn(before.threads, 'terminate');
  setThreads(2);
  expect(ended).toHaveBeenCalledOnce();
  expect(engine()).not.toBe(before);
});

test('memory tells what a gradient to come holds, and what the engine has grown to', () => {
  setThreads(4); // not made yet
  expect(memory()).toEqual({ usedBytes: 0, weightBytes: 0, totalBytes: 0 });
  let during = 0;
  grad((at) => {
    const loss = sum(outputs(at));
    during = memory().usedBytes;
    return loss;
  })(x);
  expect(during).toBeGreaterThan(4 * T * B * H);
  expect(memory().usedBytes).toBe(0);
  expect(memory().totalBytes).toBeGreaterThanOrEqual(during);
  expect(memory().totalBytes).toBe(engine().arena.totalBytes);
});

test('within what is differentiated it throws, and changes nothing', () => {
  setThreads(2);
  const want = gradient();
  const text =
    /^setThreads: expected no gradient to come, got \d+ bytes kept for one\. Set the threads before what is differentiated, or after its gradients\.$/;
  const got = grad((at) => {
    const loss = sum(outputs(at));
    expect(() => setThreads(3)).toThrow(KernelError);
    expect(() => setThreads(3)).toThrow(text);
    setThreads(2);
    return loss;
  })(x);
  expect(got.dataSync()).toEqual(want);
  expect(device()).toContain('2 threads');
});

test('a gradient that was dropped does not stand in the way', () => {
  setThreads(2);
  const fail = grad((at) => {
    outputs(at);
    throw new Error('as meant');
  });
  expect(() => fail(x)).toThrow('as meant');
  // As long as TensorFlow.js has not begun or ended another tape, it may still ask.
  grad((at) => sum(at))(ones([1]));
  expect(memory().usedBytes).toBe(0);
  setThreads(3);
  expect(device()).toContain('3 threads');
});

test('weights that inference has kept do not stand in the way', () => {
  setThreads(2);
  const want = [...outputs(x).dataSync()];
  expect(memory().weightBytes > 0).toBe(getBackend() === 'wasm');
  setThreads(3);
  expect(memory()).toEqual({ usedBytes: 0, weightBytes: 0, totalBytes: 0 });
  expectClose(outputs(x), want);
  expect(device()).toContain('3 threads');
});

test('after a thread has died, it starts all of them anew', async () => {
  setThreads(2);
  const want = gradient();
  await engine().threads.workers[0]?.terminate();
  expect(() => gradient()).toThrow('setThreads starts them anew');
  setThreads(2);
  expect(gradient()).toEqual(want);
});

test.each([0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY, '2'])('%s threads is an error', (count) => {
  expect(() => setThreads(count as number)).toThrow(`setThreads: expected a positive integer, got ${count}`);
});
