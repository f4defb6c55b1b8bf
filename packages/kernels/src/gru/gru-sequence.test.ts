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
import { gru64, gruResetAfter64, type Schedule, type Sizes } from '../testing/float64-sequences';
import { edgeSizes, schedules, small } from '../testing/schedules';
import {
  drawn,
  expectForward,
  expectGradients,
  expectPaddingReachesNothing,
  type SequenceCase,
  toTensors,
} from '../testing/sequence-case';
import { type GruSequenceArgs, gruSequence, type ResetAfterArgs, type ResetBeforeArgs } from './gru-sequence';

interface Options extends Schedule {
  readonly resetAfter?: boolean;
  readonly activation?: SequenceActivation;
  readonly parallelIterations?: number;
}

function gru({ resetAfter = false, ...options }: Options, sizes: Sizes = small): SequenceCase {
  const { T, B, D, H } = sizes;
  const gates = { inputs: [T, B, D], h: [B, H], gatesKernel: [D + H, 2 * H], gatesBias: [2 * H] };
  if (!resetAfter)
    return {
      shapes: { ...gates, candidateKernel: [D + H, H], candidateBias: [H] },
      run: (tensors) => ({ ...gruSequence(argsOf(tensors, options)) }),
      float64: (values) => gru64(sizes, values, { ...options, act: float64Of(options.activation) }),
    };
  return {
    shapes: {
      ...{ ...gates, candidateInputKernel: [D, H], candidateInputBias: [H] },
      ...{ candidateHiddenKernel: [H, H], candidateHiddenBias: [H] },
    },
    run: (tensors) => ({ ...gruSequence(resetAfterArgsOf(tensors, options)) }),
    float64: (values) => gruResetAfter64(sizes, values, { ...options, act: float64Of(options.activation) }),
  };
}

type Tensors = Readonly<Record<string, Tensor>>;

function argsOf(tensors: Tensors, options: Partial<ResetBeforeArgs> = {}): ResetBeforeArgs {
  return {
    ...options,
    inputs: tensors.inputs as Tensor3D,
    initialState: tensors.h as Tensor2D,
    weights: {
      gatesKernel: tensors.gatesKernel as Tensor2D,
      gatesBias: tensors.gatesBias as Tensor1D,
      candidateKernel: tensors.candidateKernel as Tensor2D,
      candidateBias: tensors.candidateBias as Tensor1D,
    },
  };
}

function resetAfterArgsOf(tensors: Tensors, options: Omit<Options, 'resetAfter'> = {}): ResetAfterArgs {
  return {
    ...options,
    resetAfter: true,
    inputs: tensors.inputs as Tensor3D,
    initialState: tensors.h as Tensor2D,
    weights: {
      gatesKernel: tensors.gatesKernel as Tensor2D,
      gatesBias: tensors.gatesBias as Tensor1D,
      candidateInputKernel: tensors.candidateInputKernel as Tensor2D,
      candidateInputBias: tensors.candidateInputBias as Tensor1D,
      candidateHiddenKernel: tensors.candidateHiddenKernel as Tensor2D,
      candidateHiddenBias: tensors.candidateHiddenBias as Tensor1D,
    },
  };
}

/** Where the reset gate acts. */
const forms = [
  ['reset before the product', false],
  ['reset after it', true],
] as const;

describe.each(forms)('%s', (_, resetAfter) => {
  describe.each(activations)('with %s', (_, activation) => {
    describe.each(Object.entries(schedules))('%s', (_, schedule) => {
      const sequence = gru({ resetAfter, activation, ...schedule });
      test('outputs and state are those of the float64 loops', () => expectForward(sequence));
      test('gradients are the central differences', () => expectGradients(sequence));
    });
  });

  test.each(edgeSizes)('%s', (_, sizes) => {
    const lengths = Array.from({ length: sizes.B }, (_, b) => Math.max(0, sizes.T - 2 * b));
    expectForward(gru({ resetAfter }, sizes));
    expectForward(gru({ resetAfter, reverse: true, lengths }, sizes));
    if (sizes.T < 10 && sizes.D < 10) expectGradients(gru({ resetAfter, reverse: true, lengths }, sizes));
  });

  test.each([1, 3, 100])('parallelIterations %i changes no number', (parallelIterations) => {
    for (const schedule of Object.values(schedules)) {
      expectForward(gru({ resetAfter, ...schedule, parallelIterations }));
      expectGradients(gru({ resetAfter, ...schedule, parallelIterations }));
    }
  });

  test('padding that is not a number reaches nothing', () => {
    const lengths = [2, 0, 4, 1];
    expectPaddingReachesNothing(gru({ resetAfter, lengths }), { lengths });
  });
});

test('where the reset gate is open, before and after are one function of the same weights', () => {
  const { D, H } = small;
  const before = gru({});
  const values = drawn(before);
  const kernel = values.candidateKernel ?? [];
  const split = {
    ...{ candidateInputKernel: kernel.slice(0, D * H), candidateHiddenKernel: kernel.slice(D * H) },
    ...{ candidateInputBias: values.candidateBias ?? [], candidateHiddenBias: new Array(H).fill(0) },
  };
  // A bias of 40 on the reset gate makes it 1.
  const open = { ...values, ...split, gatesBias: (values.gatesBias ?? []).map((bias, k) => (k < H ? 40 : bias)) };
  const after = gru({ resetAfter: true });
  const want = before.run(toTensors(before, open));
  for (const [name, result] of Object.entries(after.run(toTensors(after, open))))
    expectClose(result, want[name]?.dataSync() ?? []);
});

test('no steps give no outputs and the initial state', () => {
  const none = gru({}, { ...small, T: 0 });
  const tensors = toTensors(none, drawn(none));
  const { outputs, h } = gruSequence(argsOf(tensors));
  expect(outputs.shape).toEqual([0, 4, 3]);
  expectClose(h, tensors.h?.dataSync() ?? []);
  expect(h).not.toBe(tensors.h);
});

test.each([
  [4, false, 2 * 8 + 2],
  [100, false, 2 * 8 + 1],
  [4, true, 8 + 2],
  [100, true, 8 + 1],
])('with parallelIterations %i and resetAfter %s eight steps take %i matrix products', async (...given) => {
  const [parallelIterations, resetAfter, products] = given;
  const eight = gru({ resetAfter }, { ...small, T: 8 });
  const argsOfForm = resetAfter ? resetAfterArgsOf : argsOf;
  const args = argsOfForm(toTensors(eight, drawn(eight)), { parallelIterations });
  const { kernels } = await profile(() => gruSequence(args).outputs);
  expect(kernels.filter(({ name }) => name === 'BatchMatMul')).toHaveLength(products);
});

test('reversing reversed inputs gives reversed outputs and the same state', () => {
  const forward = gru({});
  const tensors = toTensors(forward, drawn(forward));
  const backward = { ...tensors, inputs: reverse(tensors.inputs as Tensor3D, 0) };
  const want = gruSequence(argsOf(tensors));
  const got = gruSequence(argsOf(backward, { reverse: true }));
  expectClose(reverse(got.outputs, 0), want.outputs.dataSync());
  expectClose(got.h, want.h.dataSync());
});

describe('bad arguments get a sentence, and leave nothing behind', () => {
  const bad: [string, (args: ResetBeforeArgs) => Partial<ResetBeforeArgs>, string][] = [
    ['rank', () => ({ inputs: zeros([2, 9]) as unknown as Tensor3D }), 'inputs to have shape [T, B, D], got [2, 9]'],
    ['lengths', () => ({ lengths: [1, 5, 0, 0] }), 'lengths to be integers from 0 to 4, got 5 in row 1'],
    ['initial state', () => ({ initialState: zeros([3, 3]) }), 'initialState to have shape [4, H], got [3, 3]'],
    [
      'width of the initial state',
      () => ({ initialState: zeros([4, 5]) }),
      'weights.gatesKernel to have shape [7, 10], got [5, 6]',
    ],
    [
      'gates/bias',
      ({ weights }) => ({ weights: { ...weights, gatesBias: zeros([3]) } }),
      'weights.gatesBias to have shape [6], got [3]',
    ],
    [
      'candidate/kernel',
      ({ weights }) => ({ weights: { ...weights, candidateKernel: zeros([5, 6]) } }),
      'weights.candidateKernel to have shape [5, 3], got [5, 6]',
    ],
    [
      'candidate/bias',
      ({ weights }) => ({ weights: { ...weights, candidateBias: zeros([3], 'int32') } }),
      'weights.candidateBias of dtype float32, got int32. Cast it first.',
    ],
    [
      'activation',
      () => ({ activation: 'softplus' as SequenceActivation }),
      "activation to be one of tanh, relu, sigmoid, linear or a function, got 'softplus'",
    ],
  ];
  test.each(bad)('%s', (_, change, text) => {
    const sequence = gru({});
    const args = argsOf(toTensors(sequence, drawn(sequence)));
    const wrong = { ...args, ...change(args) };
    expectRefused(wrong, text);
  });

  const badAfter: [string, (weights: ResetAfterArgs['weights']) => Partial<ResetAfterArgs['weights']>, string][] = [
    [
      'candidate/input_projection/kernel',
      () => ({ candidateInputKernel: zeros([5, 3]) }),
      'weights.candidateInputKernel to have shape [2, 3], got [5, 3]',
    ],
    [
      'candidate/input_projection/bias',
      () => ({ candidateInputBias: zeros([6]) }),
      'weights.candidateInputBias to have shape [3], got [6]',
    ],
    [
      'candidate/hidden_projection/kernel',
      () => ({ candidateHiddenKernel: zeros([3, 2]) }),
      'weights.candidateHiddenKernel to have shape [3, 3], got [3, 2]',
    ],
    [
      'candidate/hidden_projection/bias',
      () => ({ candidateHiddenBias: zeros([3], 'int32') }),
      'weights.candidateHiddenBias of dtype float32, got int32. Cast it first.',
    ],
  ];
  test.each(badAfter)('%s', (_, change, text) => {
    const sequence = gru({ resetAfter: true });
    const args = resetAfterArgsOf(toTensors(sequence, drawn(sequence)));
    expectRefused({ ...args, weights: { ...args.weights, ...change(args.weights) } }, text);
  });

  test('the weights of the other form', () => {
    const [before, after] = [gru({}), gru({ resetAfter: true })];
    const beforeArgs = argsOf(toTensors(before, drawn(before)));
    const afterArgs = resetAfterArgsOf(toTensors(after, drawn(after)));
    const remedy = 'With resetAfter: true the candidate has two kernels and two biases, else one of each.';
    expectRefused(
      { ...afterArgs, weights: beforeArgs.weights } as unknown as GruSequenceArgs,
      `weights.candidateInputKernel, got gatesKernel, gatesBias, candidateKernel, candidateBias. ${remedy}`,
    );
    const given = 'candidateInputKernel, candidateInputBias, candidateHiddenKernel, candidateHiddenBias';
    expectRefused(
      { ...beforeArgs, weights: afterArgs.weights } as unknown as GruSequenceArgs,
      `weights.candidateKernel, got gatesKernel, gatesBias, ${given}. ${remedy}`,
    );
  });

  function expectRefused(args: GruSequenceArgs, text: string): void {
    expect(() => expectNoLeak(() => gruSequence(args))).toThrow(
      expect.objectContaining({ name: 'KernelError', message: `gruSequence: expected ${text}` }),
    );
  }
});
