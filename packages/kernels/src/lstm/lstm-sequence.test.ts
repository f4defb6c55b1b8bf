import '@rnn/cells/gradients';
import {
  profile,
  reverse,
  sigmoid,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import type { SequenceActivation } from '../sequence';
import { float64Of, silu } from '../testing/activations';
import { type LstmConstants, lstm64, type Schedule, type Sizes } from '../testing/float64-sequences';
import { edgeSizes, schedules, small } from '../testing/schedules';
import {
  drawn,
  expectForward,
  expectGradients,
  expectPaddingReachesNothing,
  gradientsOf,
  type SequenceCase,
  toTensors,
} from '../testing/sequence-case';
import { type LstmSequenceArgs, lstmSequence } from './lstm-sequence';

interface Options extends Omit<LstmConstants, 'act'> {
  readonly peepholes?: boolean;
  readonly projection?: boolean;
  readonly activation?: SequenceActivation;
  readonly parallelIterations?: number;
}

function lstm({ peepholes, projection, ...options }: Options, sizes: Sizes = small): SequenceCase {
  const { T, B, D, H } = sizes;
  const P = projection ? sizes.P - 1 : H;
  return {
    shapes: {
      ...{ inputs: [T, B, D], c: [B, H], h: [B, P], kernel: [D + P, 4 * H], bias: [4 * H] },
      ...(peepholes && { f: [H], i: [H], o: [H] }),
      ...(projection && { projection: [H, P] }),
    },
    run: (tensors) => ({ ...lstmSequence(argsOf(tensors, options)) }),
    float64: (values) => lstm64({ ...sizes, P }, values, { ...options, act: float64Of(options.activation) }),
  };
}

function argsOf(tensors: Readonly<Record<string, Tensor>>, options: Partial<LstmSequenceArgs> = {}): LstmSequenceArgs {
  const { f, i, o, projection } = tensors;
  return {
    ...options,
    inputs: tensors.inputs as Tensor3D,
    initialState: { c: tensors.c as Tensor2D, h: tensors.h as Tensor2D },
    weights: {
      kernel: tensors.kernel as Tensor2D,
      bias: tensors.bias as Tensor1D,
      ...(f && { peepholes: { f: f as Tensor1D, i: i as Tensor1D, o: o as Tensor1D } }),
      ...(projection && { projection: projection as Tensor2D }),
    },
  };
}

const options: Record<string, Options> = {
  'no options': {},
  'forget bias 0': { forgetBias: 0 },
  'forget bias -2.5': { forgetBias: -2.5 },
  peepholes: { peepholes: true },
  projection: { projection: true },
  'cell clip': { cellClip: 0.3 },
  'projection and its clip': { projection: true, projClip: 0.15 },
  'all of them': { peepholes: true, projection: true, cellClip: 0.4, projClip: 0.2, forgetBias: 0.5 },
  relu: { activation: 'relu' },
  sigmoid: { activation: 'sigmoid' },
  linear: { activation: 'linear' },
  'a custom activation': { activation: silu },
};

const lstmSchedules: Record<string, Schedule> = {
  ...schedules,
  'lengths shorter than the sequence': { lengths: [2, 1, 2, 0] },
};

describe.each(Object.entries(options))('with %s', (_, option) => {
  describe.each(Object.entries(lstmSchedules))('%s', (_, schedule) => {
    test('outputs and state are those of the float64 loops', () => expectForward(lstm({ ...option, ...schedule })));
    test('gradients are the central differences', () => expectGradients(lstm({ ...option, ...schedule })));
  });
});

test.each(edgeSizes)('%s', (_, sizes) => {
  const lengths = Array.from({ length: sizes.B }, (_, b) => Math.max(0, sizes.T - 2 * b));
  expectForward(lstm({}, sizes));
  expectForward(lstm({ reverse: true, lengths, peepholes: true }, sizes));
  if (sizes.T < 10 && sizes.D < 10) expectGradients(lstm({ reverse: true, lengths }, sizes));
});

test('no steps give no outputs and the initial state', () => {
  const none = lstm({}, { ...small, T: 0 });
  const tensors = toTensors(none, drawn(none));
  const { outputs, c, h } = lstmSequence(argsOf(tensors));
  expect(outputs.shape).toEqual([0, 4, 3]);
  expectClose(c, tensors.c?.dataSync() ?? []);
  expectClose(h, tensors.h?.dataSync() ?? []);
  expect(c).not.toBe(tensors.c);
});

test('no rows give no outputs', () => {
  const none = lstm({}, { ...small, B: 0 });
  const { outputs, c } = lstmSequence(argsOf(toTensors(none, drawn(none)), { lengths: [] }));
  expect(outputs.shape).toEqual([4, 0, 3]);
  expect(c.shape).toEqual([0, 3]);
});

test.each([1, 3, 100])('parallelIterations %i changes no number', (parallelIterations) => {
  for (const schedule of Object.values(lstmSchedules)) {
    expectForward(lstm({ ...schedule, parallelIterations, peepholes: true }));
    expectGradients(lstm({ ...schedule, parallelIterations }));
  }
});

test.each([
  [4, 8 + 2],
  [3, 8 + 3],
  [1, 8 + 8],
  [100, 8 + 1],
])('with parallelIterations %i eight steps take %i matrix products', async (parallelIterations, products) => {
  const eight = lstm({}, { ...small, T: 8 });
  const args = argsOf(toTensors(eight, drawn(eight)), { parallelIterations });
  const { kernels } = await profile(() => lstmSequence(args).outputs);
  expect(kernels.filter(({ name }) => name === 'BatchMatMul')).toHaveLength(products);
});

test.each(['cell clip', 'projection and its clip', 'all of them'])(
  'the thresholds under "%s" clip some values and spare others, in both directions',
  (name) => {
    const { cellClip, projClip } = options[name] ?? {};
    const clipped = lstm(options[name] ?? {});
    const { outputs, c } = clipped.float64(drawn(clipped));
    for (const [values, limit] of [
      [c, cellClip],
      [outputs, projClip],
    ] as const) {
      if (limit === undefined) continue;
      expect(values).toContain(limit);
      expect(values).toContain(-limit);
      expect(values?.some((x) => Math.abs(x) < limit)).toBe(true);
    }
  },
);

test('a clipped value passes no gradient', () => {
  const one: Sizes = { T: 1, B: 1, D: 1, H: 1, P: 1 };
  const shares = { outputs: [0], c: [1], h: [0] };
  const at = { inputs: [0.5], c: [2], h: [0.25], kernel: [1, 1, 1, 1, 1, 1, 1, 1], bias: [0, 0, 0, 0] };
  const gradients = (cellClip: number) => {
    const sequence = lstm({ cellClip }, one);
    return gradientsOf(sequence, toTensors(sequence, at), shares).map((gradient) => [...gradient.dataSync()]);
  };
  expect(
    gradients(0.5)
      .flat()
      .every((x) => x === 0),
  ).toBe(true);
  expect(
    gradients(50)
      .flat()
      .filter((x) => x !== 0).length,
  ).toBeGreaterThan(5);
});

test('reversing reversed inputs gives reversed outputs and the same state', () => {
  const forward = lstm({});
  const tensors = toTensors(forward, drawn(forward));
  const backward = { ...tensors, inputs: reverse(tensors.inputs as Tensor3D, 0) };
  const want = lstmSequence(argsOf(tensors));
  const got = lstmSequence(argsOf(backward, { reverse: true }));
  expectClose(reverse(got.outputs, 0), want.outputs.dataSync());
  expectClose(got.c, want.c.dataSync());
  expectClose(got.h, want.h.dataSync());
});

test.each(Object.entries(lstmSchedules).filter(([, { lengths }]) => lengths !== undefined))(
  'padding that is not a number reaches nothing: %s',
  (_, schedule) => {
    expectPaddingReachesNothing(lstm({ ...schedule, peepholes: true, projection: true }), schedule);
  },
);

describe('bad arguments get a sentence, and leave nothing behind', () => {
  const tensors = () => {
    const sequence = lstm({ peepholes: true, projection: true });
    return toTensors(sequence, drawn(sequence));
  };
  const bad: [string, (args: Required<LstmSequenceArgs>) => Partial<LstmSequenceArgs>, string][] = [
    ['rank', () => ({ inputs: zeros([2, 9]) as unknown as Tensor3D }), 'inputs to have shape [T, B, D], got [2, 9]'],
    ['dtype', () => ({ inputs: zeros([4, 4, 2], 'int32') }), 'inputs of dtype float32, got int32. Cast it first.'],
    ['input size', () => ({ inputs: zeros([4, 4, 5]) }), 'weights.kernel to have shape [7, 12], got [4, 12]'],
    ['too few lengths', () => ({ lengths: [1, 2] }), '4 lengths, one for each row, got 2'],
    ['a length too large', () => ({ lengths: [1, 5, 0, 0] }), 'lengths to be integers from 0 to 4, got 5 in row 1'],
    ['a negative length', () => ({ lengths: [1, 2, 0, -1] }), 'lengths to be integers from 0 to 4, got -1 in row 3'],
    [
      'a fractional length',
      () => ({ lengths: [1.5, 2, 0, 0] }),
      'lengths to be integers from 0 to 4, got 1.5 in row 0',
    ],
    ['parallelIterations', () => ({ parallelIterations: 0 }), 'parallelIterations to be a positive integer, got 0'],
    [
      'rank of c',
      ({ initialState: { h } }) => ({ initialState: { c: zeros([3]) as unknown as Tensor2D, h } }),
      'initialState.c to have shape [4, H], got [3]',
    ],
    [
      'rows of c',
      ({ initialState: { h } }) => ({ initialState: { c: zeros([5, 3]), h } }),
      'initialState.c to have shape [4, H], got [5, 3]',
    ],
    [
      'rows of h',
      ({ initialState: { c } }) => ({ initialState: { c, h: zeros([5, 2]) } }),
      'initialState.h to have shape [4, P], got [5, 2]',
    ],
    [
      'width of h without a projection',
      ({ initialState: { c, h }, weights: { kernel, bias } }) => ({
        initialState: { c, h },
        weights: { kernel, bias },
      }),
      'initialState.h to have shape [4, 3], got [4, 2]',
    ],
    [
      'dtype of h',
      ({ initialState: { c } }) => ({ initialState: { c, h: zeros([4, 2], 'int32') } }),
      'initialState.h of dtype float32, got int32. Cast it first.',
    ],
    [
      'bias',
      ({ weights }) => ({ weights: { ...weights, bias: zeros([3]) } }),
      'weights.bias to have shape [12], got [3]',
    ],
    [
      'a peephole',
      ({ weights }) => ({ weights: { ...weights, peepholes: { f: zeros([3]), i: zeros([3]), o: zeros([4]) } } }),
      'weights.peepholes.o to have shape [3], got [4]',
    ],
    [
      'projection',
      ({ weights }) => ({ weights: { ...weights, projection: zeros([2, 3]) } }),
      'weights.projection to have shape [3, 2], got [2, 3]',
    ],
    ['cellClip', () => ({ cellClip: -1 }), 'cellClip to be above 0, or left out, got -1'],
    ['projClip', () => ({ projClip: 0 }), 'projClip to be above 0, or left out, got 0'],
    [
      'activation',
      () => ({ activation: 'softplus' as SequenceActivation }),
      "activation to be one of tanh, relu, sigmoid, linear or a function, got 'softplus'",
    ],
    ['kernel', () => ({ kernel: 'fast' as 'fused' }), "kernel to be one of auto, fused, reference, got 'fast'"],
  ];
  test.each(bad)('%s', (_, change, text) => {
    const args = argsOf(tensors()) as Required<LstmSequenceArgs>;
    const wrong = { ...args, ...change(args) };
    expect(() => expectNoLeak(() => lstmSequence(wrong))).toThrow(
      expect.objectContaining({ name: 'KernelError', message: `lstmSequence: expected ${text}` }),
    );
  });
});

test('an activation that throws leaves nothing behind', () => {
  const sequence = lstm({});
  const args = argsOf(toTensors(sequence, drawn(sequence)));
  let calls = 0;
  const activation = <T extends Tensor>(x: T): T => {
    if (++calls > 3) throw new Error('no more');
    return sigmoid(x);
  };
  expect(() => expectNoLeak(() => lstmSequence({ ...args, activation }))).toThrow('no more');
});

test('gradients leave nothing behind', () => {
  const sequence = lstm({ peepholes: true, projection: true, cellClip: 0.4, lengths: [2, 0, 4, 1] });
  const tensors = toTensors(sequence, drawn(sequence));
  const shares = { outputs: sequenceOf(4 * 4 * 2, 1), c: sequenceOf(4 * 3, 2), h: sequenceOf(4 * 2, 3) };
  expectNoLeak(() => gradientsOf(sequence, tensors, shares));
});

test('the caller keeps what it passed', () => {
  const sequence = lstm({ peepholes: true, projection: true, lengths: [0, 0, 0, 0] });
  const tensors = toTensors(sequence, drawn(sequence));
  const { outputs, c, h } = lstmSequence(argsOf(tensors, { lengths: [0, 0, 0, 0] }));
  expectClose(outputs, new Array(4 * 4 * 2).fill(0));
  expectClose(c, tensors.c?.dataSync() ?? []);
  c.dispose();
  h.dispose();
  for (const given of Object.values(tensors)) expect(given.isDisposed).toBe(false);
});
