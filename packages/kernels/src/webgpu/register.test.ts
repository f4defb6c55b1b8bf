import '@rnn/cells/gradients';
import '@tensorflow/tfjs-backend-cpu';
import {
  add,
  backend,
  grad,
  memory,
  profile,
  type Rank,
  type Scalar,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectNoLeak, sequenceOf } from 'testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { chooseKernel } from '../fused-kernels';
import { layeredSequences } from '../layered/layered-sequences';
import type { SequenceLayer } from '../layered/sequence-layer';
import { lstmSequence } from '../lstm/lstm-sequence';
import { everythingOf, expectReference } from '../testing/expect-reference';
import { type EngineCase, randomDraws, sequenceOfCase, show, valuesOfCase } from '../testing/random-case';
import { registerWebgpu } from './register';
import type { WebgpuBackend } from './webgpu-backend';

registerWebgpu();

const plain = (kind: EngineCase['kind']): EngineCase => ({
  ...{ kind, T: 3, B: 2, D: 3, H: 4, reverse: false, forgetBias: 1, relu: false, seed: 5 },
});

describe('on webgpu', () => {
  afterEach(() => void vi.restoreAllMocks());

  describe.each(randomDraws)('%s', (_, draw) => {
    const cases = Array.from({ length: 6 }, (_, k) => ({ ...draw(k + 1), swapMemory: false }));
    test.each(cases.map((drawn) => [show(drawn), drawn] as const))(
      '%s: results and gradients are the reference’s',
      async (_, drawn) => expectReference(drawn, 'cpu'),
    );
  });

  test.each([
    ['more units than threads', { H: 300, T: 2, lengths: [2, 1] }],
    ['more rows than groups of one', { B: 130, H: 3, T: 2 }],
    ['more rows than groups of two', { B: 515, H: 2, T: 2 }],
    ['more steps than a dispatch has', { T: 1030, B: 2, D: 1, H: 2, lengths: [1030, 600] }],
    ['as many, reversed', { T: 1030, B: 2, D: 1, H: 2, lengths: [1030, 600], reverse: true }],
  ])('%s', async (_, sizes) => expectReference({ ...plain('gru'), ...sizes }, 'cpu'));

  const [T, B, D, H] = [28, 4, 3, 5];
  const inputs = () => sequenceOf(T * B * D, 1);
  const kernel = () => tensor(sequenceOf((D + H) * 4 * H, 2), [D + H, 4 * H]) as Tensor2D;
  const bias = () => tensor(sequenceOf(4 * H, 3)) as Tensor1D;
  /** Of the last h alone. */
  const lossOf = (x: readonly number[], lengths?: readonly number[]) => (weights: Tensor) =>
    sum(
      lstmSequence({
        ...{ inputs: tensor([...x], [T, B, D]) as Tensor3D, kernel: 'fused', returnSequences: false },
        ...{ ...(lengths && { lengths }), weights: { kernel: weights as Tensor2D, bias: bias() } },
      }).h,
    );

  test('what is not finite past a length reaches no gradient', async () => {
    const lengths = [T, 3, 1, 0];
    const padded = inputs().map((value, i) => {
      const [t, row] = [Math.floor(i / (B * D)), Math.floor(i / D) % B];
      return t < (lengths[row] as number) ? value : row === 1 ? Number.NaN : Number.POSITIVE_INFINITY;
    });
    const want = await grad(lossOf(inputs(), lengths))(kernel()).data();
    expect(want.some((value) => value !== 0)).toBe(true);
    expect(await grad(lossOf(padded, lengths))(kernel()).data()).toEqual(want);
  });

  test('28 steps forward and backward take two dispatches of the recurrence, and fewer than one a step with all products', () => {
    const run = vi.spyOn(backend() as WebgpuBackend, 'runWebGPUProgram');
    grad(lossOf(inputs()))(kernel());
    const keys = run.mock.calls.map(([program]) => program.shaderKey);
    expect(keys.filter((key) => key.startsWith('rnn_'))).toHaveLength(2);
    expect(keys.length).toBeLessThan(T);
  });

  test('a gradient leaves itself behind and nothing else, a loss that throws nothing', () => {
    const weights = kernel();
    const before = memory().numTensors;
    grad(lossOf(inputs()))(weights).dispose();
    expect(memory().numTensors).toBe(before);

    const fails = (w: Tensor): never => {
      lossOf(inputs())(w);
      throw new Error('as meant');
    };
    expect(() => grad(fails)(weights)).toThrow('as meant');
    // What the dropped tape kept goes with the next pass.
    tidy(() => void lossOf(inputs())(weights));
    expect(memory().numTensors).toBe(before);
  });

  test('a sequence that no gradient is asked of leaves nothing behind', () => {
    const [weights, others] = [kernel(), kernel()];
    const loss = (w: Tensor): Scalar => add(lossOf(inputs())(w), lossOf(inputs())(others));
    const before = memory().numTensors;
    grad(loss)(weights).dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('a sequence whose buffer the adapter cannot bind is left to the reference, and the reason says by how much', () => {
    const facts = { steps: 4000, batchSize: 512, inputSize: 8, numUnits: 1024, activation: 'tanh' as const };
    const most = (backend() as WebgpuBackend).device.limits.maxStorageBufferBindingSize;
    expect(chooseKernel('lstmSequence', facts).reason).toBe(
      `it takes a buffer of up to 58726547456 bytes, and the adapter binds ${most} at most`,
    );
    expect(chooseKernel('lstmSequence', { ...facts, steps: 4, batchSize: 4 }).kernel?.device()).toMatch(/^WGSL, /);
  });

  test('what a projection wider than the units leaves counts in the buffer', () => {
    const facts = { steps: 2, batchSize: 8, inputSize: 8, numUnits: 1, activation: 'tanh' as const, numProj: 2 ** 25 };
    expect(chooseKernel('lstmSequence', facts).reason).toMatch(/^it takes a buffer of up to 6442451360 bytes, /);
  });

  const sizes = { T: 2, B: 3, D: 4, H: 5, P: 7, peepholes: true, cellClip: 0.5, projClip: 0.4, relu: false };
  test.each<[string, Partial<EngineCase>]>([
    ['an LSTM of all it has', sizes],
    ['one step of a wide projection', { ...sizes, T: 1, P: 200 }],
    ['one step of many units', { ...sizes, T: 1, B: 1, H: 70 }],
    ['one step of many inputs', { ...sizes, T: 1, B: 1, D: 300 }],
    ['an LSTM without a projection', { T: 9, H: 6 }],
    ['wide inputs', { T: 9, B: 9, D: 90, H: 2 }],
    ['a GRU', { kind: 'gru', T: 9 }],
    ['a GRU of many units', { kind: 'gru', T: 1, H: 90 }],
    ['a GRU of many inputs', { kind: 'gru', T: 1, B: 1, D: 90 }],
    ['a GRU that resets after', { kind: 'gruResetAfter', T: 9 }],
    ['one of many units', { kind: 'gruResetAfter', T: 1, H: 90 }],
    ['a basic network', { kind: 'rnn', T: 9 }],
    ['one of many units that is basic', { kind: 'rnn', T: 1, H: 90 }],
  ])('%s runs where its largest buffer can be bound, and not where it is a number too large', async (_, more) => {
    const engineCase = { ...plain('lstm'), ...more };
    const { kind, T, B, D, H, P, peepholes: usePeepholes = false, cellClip, projClip } = engineCase;
    const on = backend() as WebgpuBackend;
    const run = vi.spyOn(on, 'runWebGPUProgram');
    const sequence = sequenceOfCase(engineCase, 'fused');
    await everythingOf(sequence, valuesOfCase(engineCase, sequence));
    const bound = run.mock.calls.flatMap(([program, inputs]) => [
      program.outputShape,
      ...inputs.map(({ shape }) => shape),
    ]);
    const largest = 4 * Math.max(...bound.map((shape) => shape.reduce((a, b) => a * b, 1)));

    const facts = {
      ...{ steps: T, batchSize: B, inputSize: D, numUnits: H, activation: 'tanh' as const, usePeepholes },
      ...(P !== undefined && { numProj: P }),
      ...(cellClip !== undefined && { cellClip }),
      ...(projClip !== undefined && { projClip }),
      resetAfter: kind === 'gruResetAfter',
    };
    const op = `${kind.slice(0, 3) === 'gru' ? 'gru' : (kind as 'lstm' | 'rnn')}Sequence` as const;
    const { limits } = on.device;
    for (const [most, reason] of [
      [largest, undefined],
      [largest - 4, `it takes a buffer of up to ${largest} bytes, and the adapter binds ${largest - 4} at most`],
    ] as const) {
      const { maxComputeWorkgroupsPerDimension } = limits;
      const narrow = { maxComputeWorkgroupsPerDimension, maxStorageBufferBindingSize: most };
      vi.spyOn(on.device, 'limits', 'get').mockReturnValue(narrow as typeof limits);
      expect(chooseKernel(op, facts).reason).toBe(reason);
      vi.restoreAllMocks();
    }
  });

  test('the weights of many units count', () => {
    const facts = { steps: 1, batchSize: 1, inputSize: 1, numUnits: 8200, activation: 'tanh' as const };
    const { limits } = (backend() as WebgpuBackend).device;
    vi.spyOn((backend() as WebgpuBackend).device, 'limits', 'get').mockReturnValue({
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension as number,
      maxStorageBufferBindingSize: 2 ** 30,
    });
    expect(chooseKernel('lstmSequence', facts).reason).toBe(
      'it takes a buffer of up to 1075971200 bytes, and the adapter binds 1073741824 at most',
    );
  });

  test('swapMemory, which these kernels have not, is refused before anything is computed', () => {
    const reason = 'the WebGPU kernels have no swapMemory: they keep every state';
    const facts = { steps: T, batchSize: B, inputSize: D, numUnits: H, activation: 'tanh', swapMemory: true } as const;
    for (const op of ['lstmSequence', 'gruSequence', 'rnnSequence'] as const)
      expect(chooseKernel(op, facts)).toEqual({ reason });
    const args = { inputs: tensor(inputs(), [T, B, D]) as Tensor3D, weights: { kernel: kernel(), bias: bias() } };
    for (const mode of ['auto', 'fused'] as const)
      expect(() => expectNoLeak(() => lstmSequence({ ...args, swapMemory: true, kernel: mode }) as never)).toThrow(
        `lstmSequence: expected a fused kernel, as swapMemory asks, got none: ${reason}. Leave swapMemory out.`,
      );
  });

  test('layers on each other run one after the other, each by its own kernel, and are differentiated once', async () => {
    const x = tensor(inputs(), [T, B, D]) as Tensor3D;
    const above = (rows: number, columns: number) => tensor(sequenceOf(rows * columns, 4), [rows, columns]) as Tensor2D;
    const relu = {
      type: 'rnn',
      weights: { kernel: above(H + 2, 2), bias: zeros<Rank.R1>([2]) },
      activation: 'relu',
    } as const;
    const layers: SequenceLayer[] = [{ type: 'lstm', weights: { kernel: kernel(), bias: bias() } }, relu];
    const outputs = (at: Tensor) => layeredSequences([{ inputs: at as Tensor3D, layers, kernel: 'fused' }])[0]?.outputs;
    const { kernels } = await profile(() => outputs(x) as Tensor);
    expect(kernels.map(({ name }) => name).filter((name) => name.startsWith('Rnn'))).toEqual([
      'RnnWebgpuLstm',
      'RnnWebgpuRnn',
    ]);
    expect(() => grad((at) => sum(grad((inner) => sum(outputs(inner) as Tensor))(at)))(x)).toThrow(
      "rnnSequence: expected to be differentiated once, got a gradient of its gradient. Use kernel: 'reference' for what is differentiated twice.",
    );
    // What the dropped tape kept goes with the next pass.
    tidy(() => void outputs(x));
  });

  test('an activation that the kernels do not have is named', () => {
    const facts = { steps: 4, batchSize: 2, inputSize: 8, numUnits: 3, activation: 'relu' as const };
    expect(chooseKernel('gruSequence', facts).reason).toBe('the WebGPU kernels have no relu activation here');
    expect(chooseKernel('rnnSequence', facts).reason).toBeUndefined();
  });
});
