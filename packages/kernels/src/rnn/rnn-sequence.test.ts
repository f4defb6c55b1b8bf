import '@rnn/cells/gradients';
import {
  profile,
  reverse,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak } from 'testing';
import { describe, expect, test } from 'vitest';
import type { SequenceActivation } from '../sequence';
import { activations, float64Of } from '../testing/activations';
import { rnn64, type Schedule, type Sizes } from '../testing/float64-sequences';
import { edgeSizes, schedules, small } from '../testing/schedules';
import {
  drawn,
  expectForward,
  expectGradients,
  expectPaddingReachesNothing,
  type SequenceCase,
  toTensors,
} from '../testing/sequence-case';
import { type RnnSequenceArgs, rnnSequence } from './rnn-sequence';

interface Options extends Schedule {
  readonly activation?: SequenceActivation;
  readonly parallelIterations?: number;
}

function rnn(options: Options, sizes: Sizes = small): SequenceCase {
  const { T, B, D, H } = sizes;
  return {
    shapes: { inputs: [T, B, D], h: [B, H], kernel: [D + H, H], bias: [H] },
    run: (tensors) => ({ ...rnnSequence(argsOf(tensors, options)) }),
    float64: (values) => rnn64(sizes, values, { ...options, act: float64Of(options.activation) }),
  };
}

function argsOf(tensors: Readonly<Record<string, Tensor>>, options: Partial<RnnSequenceArgs> = {}): RnnSequenceArgs {
  return {
    ...options,
    inputs: tensors.inputs as Tensor3D,
    initialState: tensors.h as Tensor2D,
    weights: { kernel: tensors.kernel as Tensor2D, bias: tensors.bias as Tensor1D },
  };
}

describe.each(activations)('with %s', (_, activation) => {
  describe.each(Object.entries(schedules))('%s', (_, schedule) => {
    test('outputs and state are those of the float64 loops', () => expectForward(rnn({ activation, ...schedule })));
    test('gradients are the central differences', () => expectGradients(rnn({ activation, ...schedule })));
  });
});

test.each(edgeSizes)('%s', (_, sizes) => {
  const lengths = Array.from({ length: sizes.B }, (_, b) => Math.max(0, sizes.T - 2 * b));
  expectForward(rnn({}, sizes));
  expectForward(rnn({ reverse: true, lengths }, sizes));
  if (sizes.T < 10 && sizes.D < 10) expectGradients(rnn({ reverse: true, lengths }, sizes));
});

test('no steps give no outputs and the initial state', () => {
  const none = rnn({}, { ...small, T: 0 });
  const tensors = toTensors(none, drawn(none));
  const { outputs, h } = rnnSequence(argsOf(tensors));
  expect(outputs.shape).toEqual([0, 4, 3]);
  expectClose(h, tensors.h?.dataSync() ?? []);
  expect(h).not.toBe(tensors.h);
});

test.each([1, 3, 100])('parallelIterations %i changes no number', (parallelIterations) => {
  for (const schedule of Object.values(schedules)) {
    expectForward(rnn({ ...schedule, parallelIterations }));
    expectGradients(rnn({ ...schedule, parallelIterations }));
  }
});

test.each([
  [4, 8 + 2],
  [100, 8 + 1],
])('with parallelIterations %i eight steps take %i matrix products', async (parallelIterations, products) => {
  const eight = rnn({}, { ...small, T: 8 });
  const args = argsOf(toTensors(eight, drawn(eight)), { parallelIterations });
  const { kernels } = await profile(() => rnnSequence(args).outputs);
  expect(kernels.filter(({ name }) => name === 'BatchMatMul')).toHaveLength(products);
});

test('reversing reversed inputs gives reversed outputs and the same state', () => {
  const forward = rnn({});
  const tensors = toTensors(forward, drawn(forward));
  const backward = { ...tensors, inputs: reverse(tensors.inputs as Tensor3D, 0) };
  const want = rnnSequence(argsOf(tensors));
  const got = rnnSequence(argsOf(backward, { reverse: true }));
  expectClose(reverse(got.outputs, 0), want.outputs.dataSync());
  expectClose(got.h, want.h.dataSync());
});

test('padding that is not a number reaches nothing', () => {
  const lengths = [2, 0, 4, 1];
  expectPaddingReachesNothing(rnn({ lengths }), { lengths });
});

describe('bad arguments get a sentence, and leave nothing behind', () => {
  const bad: [string, (args: RnnSequenceArgs) => Partial<RnnSequenceArgs>, string][] = [
    ['rank', () => ({ inputs: zeros([2, 9]) as unknown as Tensor3D }), 'inputs to have shape [T, B, D], got [2, 9]'],
    ['lengths', () => ({ lengths: [1, 5, 0, 0] }), 'lengths to be integers from 0 to 4, got 5 in row 1'],
    ['initial state', () => ({ initialState: zeros([3, 3]) }), 'initialState to have shape [4, H], got [3, 3]'],
    [
      'width of the initial state',
      () => ({ initialState: zeros([4, 5]) }),
      'weights.kernel to have shape [7, 5], got [5, 3]',
    ],
    [
      'bias',
      ({ weights }) => ({ weights: { ...weights, bias: zeros([6]) } }),
      'weights.bias to have shape [3], got [6]',
    ],
    [
      'dtype of the kernel',
      ({ weights }) => ({ weights: { ...weights, kernel: zeros([5, 3], 'int32') } }),
      'weights.kernel of dtype float32, got int32. Cast it first.',
    ],
    [
      'activation',
      () => ({ activation: 'softplus' as SequenceActivation }),
      "activation to be one of tanh, relu, sigmoid, linear or a function, got 'softplus'",
    ],
  ];
  test.each(bad)('%s', (_, change, text) => {
    const sequence = rnn({});
    const args = argsOf(toTensors(sequence, drawn(sequence)));
    const wrong = { ...args, ...change(args) };
    expect(() => expectNoLeak(() => rnnSequence(wrong))).toThrow(
      expect.objectContaining({ name: 'KernelError', message: `rnnSequence: expected ${text}` }),
    );
  });
});
