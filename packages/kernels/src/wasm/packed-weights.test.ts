import {
  add,
  type DataId,
  getBackend,
  grad,
  type KernelBackend,
  mul,
  type Rank,
  reshape,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tensor,
  memory as tensorMemory,
  tidy,
  variable,
} from '@tensorflow/tfjs-core';
import '@rnn/cells/gradients';
import { expectClose, sequenceOf } from 'testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { lstmSequence } from '../lstm/lstm-sequence';
import { type EngineCase, randomWholeLstm, sequenceOfCase, valuesOfCase } from '../testing/random-case';
import { toTensors } from '../testing/sequence-case';
import { adamUpdate } from '../updates/adam-update';
import { Arena } from './arena';
import { engine } from './engine';
import { memory } from './memory';
import { PackedWeights, type WeightsData } from './packed-weights';
import { registerEngine } from './register';
import { registerUpdates } from './register-updates';

registerEngine();
registerUpdates();

const page = 65536;

describe('weights of some data', () => {
  /** A memory of 64 pages, of which weights may keep four; and data that are there until they are gone. */
  function make() {
    const arena = new Arena(new WebAssembly.Memory({ initial: 1, maximum: 64 }), 0, 64);
    const weights = new PackedWeights(arena);
    const gone = new Set<DataId>();
    const backend = { refCount: (id: DataId) => (gone.has(id) ? 0 : 1) } as KernelBackend;
    const dataOf = (...ids: (DataId | undefined)[]): WeightsData => ({ backend, ids });
    let packed = 0;
    const take = (data: WeightsData, { reading = 'lstm', pages = 1 } = {}): number => {
      const record = weights.take(data, reading, (blocks) => {
        packed++;
        return { weights: blocks.allocate((pages * page) / 4) };
      });
      return record.weights as number;
    };
    return { arena, weights, gone, dataOf, take, packed: () => packed };
  }
  const ids = (count: number): DataId[] => Array.from({ length: count }, () => ({}));

  test('are packed once for the same data, and for other data or read otherwise again', () => {
    const { weights, dataOf, take, packed } = make();
    const [kernel, bias, other] = ids(3);
    const address = take(dataOf(kernel, bias, undefined));
    weights.release();
    expect(take(dataOf(kernel, bias, undefined))).toBe(address);
    expect(packed()).toBe(1);
    const addresses = [
      take(dataOf(kernel, other, undefined)),
      take(dataOf(kernel, bias, other)),
      take(dataOf(kernel, bias, undefined), { reading: 'gru' }),
    ];
    expect(new Set([address, ...addresses]).size).toBe(4);
    expect(weights.bytes).toBe(4 * page);
  });

  test('go when any of the data are gone', () => {
    const { arena, weights, gone, dataOf, take } = make();
    const [kernel, bias, other] = ids(3);
    take(dataOf(kernel, bias));
    take(dataOf(other, undefined));
    weights.release();
    weights.sweep();
    expect(weights.bytes).toBe(2 * page);
    gone.add(bias as DataId);
    weights.sweep();
    expect(weights.bytes).toBe(page);
    gone.add(other as DataId);
    weights.sweep();
    expect([weights.bytes, arena.usedBytes]).toEqual([0, 0]);
  });

  test('go when there are too many, those first that were used the longest time ago, and never within a run', () => {
    const { weights, dataOf, take, packed } = make();
    const all = ids(6).map((id) => dataOf(id));
    for (const data of all) take(data);
    expect(weights.bytes).toBe(6 * page);
    take(all[0] as WeightsData);
    weights.release();
    expect(weights.bytes).toBe(4 * page);
    for (const k of [0, 3, 4, 5]) take(all[k] as WeightsData);
    expect(packed()).toBe(6);
    take(all[1] as WeightsData);
    expect(packed()).toBe(7);
  });

  test('of more than 64 layers do not all stay, however small they are', () => {
    const { weights, dataOf, take } = make();
    for (const id of ids(100)) take(dataOf(id), { pages: 1 / 1024 });
    weights.release();
    expect(weights.bytes).toBe(64 * 64);
  });

  test('make room where the memory cannot grow, but for those in use', () => {
    const { arena, weights, dataOf, take } = make();
    const [first, second] = ids(2).map((id) => dataOf(id));
    take(first as WeightsData);
    weights.release();
    const used = take(second as WeightsData, { pages: 2 });
    arena.allocate(61 * page);
    expect(weights.bytes).toBe(3 * page);
    arena.allocate(page);
    expect(weights.bytes).toBe(2 * page);
    expect(() => arena.allocate(page)).toThrow('memory: expected sequences that fit 4 MiB of WebAssembly memory');
    expect(take(second as WeightsData)).toBe(used);
  });

  test('that cannot be packed leave nothing', () => {
    const { arena, weights, dataOf } = make();
    const failing = () =>
      weights.take(dataOf({}), 'lstm', (blocks) => {
        blocks.allocate(100);
        throw new Error('as meant');
      });
    expect(failing).toThrow('as meant');
    expect([weights.bytes, arena.usedBytes]).toEqual([0, 0]);
  });
});

const [T, B, D, H] = [3, 2, 5, 9];
const inputsOf = (width: number): Tensor3D => tensor(sequenceOf(T * B * width, 1), [T, B, width]);
const kernelOf = (seed: number): Tensor2D => tensor(sequenceOf((D + H) * 4 * H, seed), [D + H, 4 * H]);
const biasOf = (seed: number): Tensor1D => tensor(sequenceOf(4 * H, seed));
/** Whether the backend in use alone can write to its tensors, so that weights are kept. */
const keeps = (): boolean => getBackend() === 'wasm';

/** The fused outputs are the reference's for the same tensors. */
function expectReference(kernel: Tensor2D, bias: Tensor1D): void {
  tidy(() => {
    const [got, want] = (['fused', 'reference'] as const).map((mode) => {
      return lstmSequence({ inputs: inputsOf(D), weights: { kernel, bias }, kernel: mode }).outputs;
    });
    expectClose(got as Tensor, (want as Tensor).dataSync());
  });
}

beforeEach(() => {
  // Whatever an earlier test has kept is gone.
  engine().arena.spare();
});

test('inference keeps weights as long as the tensors are there, where only the backend can write to them', () => {
  const [kernel, bias] = [kernelOf(2), biasOf(3)];
  expectReference(kernel, bias);
  const { weightBytes } = memory();
  if (!keeps()) {
    expect(weightBytes).toBe(0);
    return;
  }
  expect(weightBytes).toBeGreaterThanOrEqual(4 * (kernel.size + bias.size));
  for (let k = 0; k < 3; k++) expectReference(kernel, bias);
  expect(memory().weightBytes).toBe(weightBytes);
  bias.dispose();
  expect(memory()).toMatchObject({ usedBytes: 0, weightBytes: 0 });
});

describe('new numbers count at once', () => {
  test('those that a variable is assigned', () => {
    const [kernel, bias] = [variable(kernelOf(2)), variable(biasOf(3))];
    for (let seed = 4; seed < 8; seed++) {
      expectReference(kernel as Tensor2D, bias as Tensor1D);
      if (seed % 2 === 0) kernel.assign(kernelOf(seed));
      else bias.assign(biasOf(seed));
    }
    expectReference(kernel as Tensor2D, bias as Tensor1D);
  });

  test('those of a fused update', () => {
    const kernel = variable(kernelOf(2));
    const bias = biasOf(3);
    for (let step = 1; step < 4; step++) {
      expectReference(kernel as Tensor2D, bias);
      tidy(() => {
        const [zero, g] = [mul(kernelOf(9), 0), kernelOf(10 + step)];
        const constants = { rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, kernel: 'fused' as const };
        kernel.assign(adamUpdate({ variables: [{ w: kernel, g, m: zero, v: zero }], ...constants })[0]?.w as Tensor2D);
      });
    }
    expectReference(kernel as Tensor2D, bias);
  });

  test('those of tensors made where others were disposed', () => {
    for (let seed = 2; seed < 8; seed++) {
      const [kernel, bias] = [kernelOf(seed), biasOf(seed + 10)];
      expectReference(kernel, bias);
      kernel.dispose();
      bias.dispose();
    }
    expect(memory().weightBytes).toBe(0);
  });

  test('those that a program writes to the array it made a tensor from, where the backend has kept that', () => {
    const values = Float32Array.from(sequenceOf((D + H) * 4 * H, 2));
    const [kernel, bias] = [tensor<Rank.R2>(values, [D + H, 4 * H]), biasOf(3)];
    expectReference(kernel, bias);
    values.reverse();
    expectReference(kernel, bias);
  });

  test('the same data in another shape are other weights', () => {
    const kernel = kernelOf(2);
    expectReference(kernel, biasOf(3));
    // [5 + 9, 4 · 9] and [11 + 7, 4 · 7] are 504 numbers each.
    const [inputSize, units] = [11, 7];
    const narrow = tensor(sequenceOf(4 * units, 4)) as Tensor1D;
    const weights = { kernel: reshape<Rank.R2>(kernel, [inputSize + units, 4 * units]), bias: narrow };
    const [got, want] = (['fused', 'reference'] as const).map((mode) => {
      return lstmSequence({ inputs: inputsOf(inputSize), weights, kernel: mode }).h;
    });
    expectClose(got as Tensor, (want as Tensor).dataSync());
  });
});

test('training keeps none, and a gradient after inference is right', () => {
  const [kernel, bias] = [kernelOf(2), biasOf(3)];
  const gradientBy = (mode: 'fused' | 'reference') =>
    grad((w) => {
      const { outputs } = lstmSequence({ inputs: inputsOf(D), weights: { kernel: w as Tensor2D, bias }, kernel: mode });
      if (mode === 'fused') expect(engine().weights.bytes).toBe(held);
      return sum(outputs);
    })(kernel);
  let held = 0;
  gradientBy('fused');
  expectReference(kernel, bias);
  held = engine().weights.bytes;
  expectClose(gradientBy('fused'), gradientBy('reference').dataSync(), 1e-4);
});

const small = { T: 4, B: 3, D: 2, H: 3, reverse: true, forgetBias: 0.5, relu: false, seed: 3 };
test.each<[string, EngineCase]>([
  ...(['lstm', 'gru', 'gruResetAfter', 'rnn'] as const).map((kind): [string, EngineCase] => [kind, { kind, ...small }]),
  ['an LSTM with peepholes and a projection', { ...randomWholeLstm(5), peepholes: true, P: 5 }],
])('%s gives the same bits from kept weights, whatever else the memory has held since', (_, engineCase) => {
  const sequence = sequenceOfCase(engineCase, 'fused');
  const tensors = toTensors(sequence, valuesOfCase(engineCase, sequence));
  const run = () =>
    tidy(() => Object.entries(sequence.run(tensors)).map(([name, result]) => [name, [...result.dataSync()]]));
  const first = run();
  const { arena, floats } = engine();
  const free = arena.allocate(arena.totalBytes / 2);
  floats.fill(Number.NaN, free / 4, free / 4 + arena.sizeOf(free) / 4);
  arena.free(free);
  expectReference(kernelOf(2), biasOf(3));
  expect(run()).toEqual(first);
});

test('100,000 calls leave memory flat, also where the weights change now and then', () => {
  const [D, H] = [2, 3];
  const x: Tensor3D = tensor(sequenceOf(D, 1), [1, 1, D]);
  const kernels = [2, 3].map((seed): Tensor2D => tensor(sequenceOf((D + H) * 4 * H, seed), [D + H, 4 * H]));
  const [kernel, bias] = [variable(kernels[0] as Tensor2D), tensor(sequenceOf(4 * H, 4)) as Tensor1D];
  const call = (k: number): void => {
    if (k % 100 === 0) {
      const other: Tensor2D = add(kernels[(k / 100) % 2] as Tensor2D, 0);
      kernel.assign(other);
      other.dispose();
    }
    const { outputs, c, h } = lstmSequence({ inputs: x, weights: { kernel: kernel as Tensor2D, bias } });
    for (const result of [outputs, c, h]) result.dispose();
  };
  for (let k = 1; k < 1000; k++) call(k);
  const held = () => ({ ...memory(), ...tensorMemory() });
  const before = held();
  for (let k = 1; k < 100_100; k++) call(k); // as long after a change of the weights
  expect(held()).toEqual(before);
}, 300_000);
