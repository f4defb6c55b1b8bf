import '@rnn/cells/gradients';
import {
  add,
  concat,
  getBackend,
  grad,
  matMul,
  stack,
  sum,
  type Tensor2D,
  type Tensor3D,
  tanh,
  tensor,
  unstack,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf, tolerance } from 'testing';
import { afterEach, describe, expect, test } from 'vitest';
import {
  backendOfKernels,
  chooseKernel,
  type FusedKernel,
  registerFusedKernel,
  type SequenceFacts,
} from './fused-kernels';
import { type RnnSequenceArgs, rnnSequence } from './rnn/rnn-sequence';

let runs = 0;
let takeBack: (() => void)[] = [];

/** A kernel for tanh networks: one product of the joined input a step, where the reference has two. */
const toyKernel = (): FusedKernel<'rnnSequence'> => ({
  op: 'rnnSequence',
  backend: backendOfKernels(),
  device: () => 'a toy, 1 thread',
  unsupported: ({ activation, numUnits }) =>
    activation !== 'tanh' ? 'the toy knows tanh only' : numUnits > 100 ? 'the toy has 100 units' : undefined,
  run: (sequences) =>
    sequences.map(({ inputs, initialState, weights: { kernel, bias } }) => {
      runs++;
      let h = initialState as Tensor2D;
      const outputs = (unstack(inputs) as Tensor2D[]).map((x) => {
        h = tanh(add<Tensor2D>(matMul(concat([x, h], 1), kernel), bias));
        return h;
      });
      return { outputs: stack(outputs) as Tensor3D, h };
    }),
});

function register(kernel: FusedKernel<'rnnSequence'> = toyKernel()): void {
  takeBack.push(registerFusedKernel(kernel));
}

afterEach(() => {
  for (const undo of takeBack) undo();
  takeBack = [];
  runs = 0;
});

const args = (): RnnSequenceArgs => ({
  inputs: tensor(sequenceOf(4 * 2 * 3, 1), [4, 2, 3]),
  initialState: tensor(sequenceOf(2 * 5, 2), [2, 5]),
  weights: { kernel: tensor(sequenceOf(8 * 5, 3), [8, 5]), bias: tensor(sequenceOf(5, 4), [5]) },
});

const facts: SequenceFacts = { steps: 4, batchSize: 2, inputSize: 3, numUnits: 5, activation: 'tanh' };
const none = () => `no fused kernel is registered for rnnSequence on ${backendOfKernels()}`;

describe('where a kernel is registered', () => {
  test.each(['auto', 'fused'] as const)('%s runs it, with the numbers of the reference', (kernel) => {
    register();
    const want = rnnSequence({ ...args(), kernel: 'reference' });
    expect(runs).toBe(0);
    const got = expectNoLeakOf({ ...args(), kernel });
    expect(runs).toBe(2);
    expectClose(got.outputs, want.outputs.dataSync());
    expectClose(got.h, want.h.dataSync());
  });

  test('its gradients are those of the reference', () => {
    register();
    const gradient = (kernel: 'fused' | 'reference') => {
      const given = args();
      return grad((x) => sum(rnnSequence({ ...given, inputs: x as Tensor3D, kernel }).outputs))(given.inputs);
    };
    expectClose(gradient('fused'), gradient('reference').dataSync(), tolerance(getBackend()).gradient);
  });

  test('only its own operation has it', () => {
    register();
    expect(chooseKernel('rnnSequence', facts).kernel?.device()).toBe('a toy, 1 thread');
    expect(chooseKernel('gruSequence', facts)).toEqual({
      reason: `no fused kernel is registered for gruSequence on ${backendOfKernels()}`,
    });
  });

  test('only its own backend has it', () => {
    register({ ...toyKernel(), backend: 'elsewhere' });
    expect(chooseKernel('rnnSequence', facts)).toEqual({ reason: none() });
  });

  test('reference passes it by', () => {
    register();
    expect(chooseKernel('rnnSequence', facts, 'reference')).toEqual({ reason: "kernel: 'reference' was asked for" });
  });

  test('what it cannot do, the reference does, and the reason is told', () => {
    register();
    expect(chooseKernel('rnnSequence', { ...facts, activation: 'relu' })).toEqual({
      reason: 'the toy knows tanh only',
    });
    expect(chooseKernel('rnnSequence', { ...facts, numUnits: 101 })).toEqual({ reason: 'the toy has 100 units' });
    rnnSequence({ ...args(), activation: 'relu' });
    expect(runs).toBe(0);
  });

  test('fused throws with its reason where it cannot', () => {
    register();
    expect(() => expectNoLeakOf({ ...args(), activation: 'relu', kernel: 'fused' })).toThrow(
      expect.objectContaining({
        name: 'KernelError',
        message:
          "rnnSequence: expected a fused kernel, as kernel: 'fused' asks, got none: the toy knows tanh only. Use kernel: 'auto'.",
      }),
    );
  });

  test('a kernel that throws leaves nothing behind', () => {
    register({
      ...toyKernel(),
      run: ([args]) => {
        tanh((args as RnnSequenceArgs).inputs);
        throw new Error('the device is gone');
      },
    });
    expect(() => expectNoLeakOf(args())).toThrow('the device is gone');
  });

  test('a second one for the same operation and backend is refused', () => {
    register();
    expect(() => register()).toThrow(
      expect.objectContaining({
        name: 'KernelError',
        message: `registerFusedKernel: expected no kernel yet for rnnSequence on ${getBackend()}, got a second one`,
      }),
    );
  });

  test('taken back, it is gone, and makes room for another', () => {
    const undo = registerFusedKernel(toyKernel());
    undo();
    expect(chooseKernel('rnnSequence', facts)).toEqual({ reason: none() });
    register({ ...toyKernel(), device: () => 'another' });
    undo();
    expect(chooseKernel('rnnSequence', facts).kernel?.device()).toBe('another');
  });

  test('bad arguments never reach it', () => {
    register();
    expect(() => rnnSequence({ ...args(), lengths: [9, 9] })).toThrow(
      'lengths to be integers from 0 to 4, got 9 in row 0',
    );
    expect(runs).toBe(0);
  });
});

describe('where none is registered', () => {
  test('auto takes the reference and tells why', () => {
    expect(chooseKernel('rnnSequence', facts)).toEqual({ reason: none() });
  });

  test('fused throws with the reason', () => {
    expect(() => chooseKernel('rnnSequence', facts, 'fused')).toThrow(
      expect.objectContaining({
        message: `rnnSequence: expected a fused kernel, as kernel: 'fused' asks, got none: ${none()}. Use kernel: 'auto'.`,
      }),
    );
  });

  test('a mode that is not known is refused', () => {
    expect(() => chooseKernel('rnnSequence', facts, 'fast' as 'fused')).toThrow(
      expect.objectContaining({
        message: "rnnSequence: expected kernel to be one of auto, fused, reference, got 'fast'",
      }),
    );
  });
});

/** Runs it once for its tensors and once for its results. */
function expectNoLeakOf(given: RnnSequenceArgs) {
  expectNoLeak(() => ({ ...rnnSequence(given) }));
  return rnnSequence(given);
}
