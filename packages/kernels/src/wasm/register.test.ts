import '@rnn/cells/gradients';
import {
  customGrad,
  getBackend,
  grad,
  grads,
  memory,
  mul,
  ones,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tidy,
  train,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, relativeError, sequenceOf, tolerance } from 'testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { rnnSequence } from '../rnn/rnn-sequence';
import { freeDropped } from '../tape';
import { type EngineCase, kinds, randomDraws, sequenceOfCase, show, valuesOfCase } from '../testing/random-case';
import {
  drawn,
  expectForward,
  expectGradients,
  gradientsOf,
  type SequenceCase,
  toTensors,
} from '../testing/sequence-case';
import { engine } from './engine';
import { registerEngine } from './register';

registerEngine();

const { forward, gradient } = tolerance('cpu');
const usedBytes = (): number => engine().heldBytes;
/** A pass on another tape, with which those that were dropped go. */
const nextPass = (): void => tidy(() => void sequenceOfCase(small('rnn'), 'fused').run(tensorsOf(small('rnn'))));

const small = (kind: EngineCase['kind']): EngineCase => ({
  ...{ kind, T: 4, B: 3, D: 2, H: 3, lengths: [4, 0, 2], reverse: true, forgetBias: 0.5, relu: false, seed: 3 },
});
/** Each kind as small as it is instructive, and the LSTM with all it has. */
const variants: [string, EngineCase][] = [
  ...kinds.map((kind): [string, EngineCase] => [kind, small(kind)]),
  [
    'lstm with peepholes, projection and clips',
    { ...small('lstm'), peepholes: true, P: 5, cellClip: 0.5, projClip: 0.4 },
  ],
];
const tensorsOf = (engineCase: EngineCase): Record<string, Tensor> => {
  const sequence = sequenceOfCase(engineCase, 'fused');
  return toTensors(sequence, valuesOfCase(engineCase, sequence));
};
/** Only some of what comes out has a share in the loss. */
const sharesOf = (results: Readonly<Record<string, Tensor>>, names: readonly string[]) =>
  Object.fromEntries(names.map((name, k) => [name, sequenceOf(results[name]?.size ?? 0, 70 + k)]));
/** With all else held, the gradients of `names` alone are asked for. */
function only(sequence: SequenceCase, tensors: Record<string, Tensor>, names: readonly string[]): SequenceCase {
  const shapes = Object.fromEntries(names.map((name) => [name, sequence.shapes[name] ?? []]));
  return { ...sequence, shapes, run: (t) => sequence.run({ ...tensors, ...t }) };
}

describe.each(randomDraws)('random sizes and options, %s', (_, draw) => {
  const cases = Array.from({ length: 40 }, (_, seed) => draw(seed)).map((c) => [show(c), c] as const);

  test.each(cases)('%s: the engine gives what the reference gives', (_, engineCase) => {
    const fused = sequenceOfCase(engineCase, 'fused');
    const reference = sequenceOfCase(engineCase, 'reference');
    const tensors = tensorsOf(engineCase);
    const [got, want] = [fused.run(tensors), reference.run(tensors)];
    expect(Object.keys(got)).toEqual(Object.keys(want));
    for (const [name, result] of Object.entries(want)) {
      expect(got[name]?.shape).toEqual(result.shape);
      expectClose(got[name] as Tensor, result.dataSync(), forward);
    }

    const everything = Object.keys(fused.shapes);
    const asked = [
      { wrt: everything, of: Object.keys(want) },
      { wrt: everything.slice(1), of: Object.keys(want) },
      { wrt: everything, of: ['outputs'] },
      { wrt: everything.slice(-2), of: ['h'] },
      { wrt: ['inputs'], of: Object.keys(want).slice(1) },
    ];
    for (const { wrt, of } of asked) {
      const shares = sharesOf(want, of);
      const mine = gradientsOf(only(fused, tensors, wrt), tensors, shares);
      const theirs = gradientsOf(only(reference, tensors, wrt), tensors, shares);
      for (const [k, name] of wrt.entries()) {
        expect(mine[k]?.shape).toEqual(fused.shapes[name]);
        const error = relativeError((mine[k] as Tensor).dataSync(), (theirs[k] as Tensor).dataSync());
        expect(error, `d${name} of ${of}`).toBeLessThanOrEqual(gradient);
      }
    }
    nextPass();
    expect(usedBytes()).toBe(0);
  });
});

const lstmCases: [string, Partial<EngineCase>][] = [
  ['peepholes', { peepholes: true }],
  ['projection to less', { P: 2 }],
  ['projection to more', { P: 11 }],
  ['cell clip', { cellClip: 0.4 }],
  ['cell clip and peepholes', { cellClip: 0.4, peepholes: true, lengths: [4, 4, 4] }],
  ['projection and its clip', { P: 9, projClip: 0.2 }],
  ['a clip of the projection, and none', { projClip: 0.2 }],
  ['all of them', { peepholes: true, P: 2, cellClip: 0.5, projClip: 0.3 }],
];

describe.each(kinds)('against float64, %s', (kind) => {
  const sequence = (more: Partial<EngineCase>) => sequenceOfCase({ ...small(kind), ...more }, 'fused');
  const cases: [string, Partial<EngineCase>][] = [
    ['lengths, reversed', {}],
    ['lengths', { reverse: false }],
    ['all steps', { lengths: [4, 4, 4] }],
    ['9 units', { H: 9 }],
    ['one of everything', { T: 1, B: 1, D: 1, H: 1, lengths: [1] }],
    ...(kind === 'rnn' ? [['relu', { relu: true }] as [string, Partial<EngineCase>]] : []),
    ...(kind === 'lstm' ? lstmCases : []),
  ];
  test.each(cases)('%s: outputs and state', (_, more) => expectForward(sequence(more)));
  test.each(cases)('%s: gradients are the central differences', (_, more) => expectGradients(sequence(more)));
});

test.each(lstmCases.filter(([, { cellClip, projClip }]) => cellClip ?? projClip))(
  'the limits under "%s" clip some values and spare others',
  (_, more) => {
    const clipped = sequenceOfCase({ ...small('lstm'), ...more }, 'fused');
    const { outputs, c } = clipped.float64(drawn(clipped));
    const limits = [
      [c, more.cellClip],
      [outputs, more.P && more.projClip],
    ] as const;
    for (const [values, limit] of limits) {
      if (limit === undefined) continue;
      expect(values?.some((v) => Math.abs(v) === limit)).toBe(true);
      expect(values?.some((v) => v !== 0 && Math.abs(v) < limit)).toBe(true);
    }
  },
);

describe('at its limit exactly', () => {
  /** One unit, one step, c' = 0.5 c and, projected, twice m: gates of 0 but for a forget gate of a half. */
  const one: EngineCase = { ...small('lstm'), T: 1, B: 1, D: 1, H: 1, lengths: [1], forgetBias: 0 };
  const values = { inputs: [0], c: [1], h: [0], kernel: [0, 0, 0, 0, 0, 0, 0, 0], bias: [0, 0, 0, 0] };
  const dc = (engineCase: EngineCase, given: Record<string, number[]>, of: string): number => {
    const sequence = sequenceOfCase(engineCase, 'fused');
    const gradients = gradientsOf(only(sequence, toTensors(sequence, given), ['c']), toTensors(sequence, given), {
      [of]: [1],
    });
    return gradients[0]?.dataSync()[0] as number;
  };

  test('c passes its gradient, beyond it none', () => {
    expect(dc({ ...one, cellClip: 0.5 }, values, 'c')).toBeCloseTo(0.5, 6);
    expect(dc({ ...one, cellClip: 0.5 }, { ...values, c: [-1] }, 'c')).toBeCloseTo(0.5, 6);
    expect(dc({ ...one, cellClip: 0.5 }, { ...values, c: [1.0001] }, 'c')).toBe(0);
    expect(dc({ ...one, cellClip: 0.5 }, { ...values, c: [-1.0001] }, 'c')).toBe(0);
  });

  test('the projection passes its gradient, beyond it none', () => {
    const projected = { ...one, P: 1 };
    const given = { ...values, projection: [2] };
    const sequence = sequenceOfCase(projected, 'fused');
    const limit = sequence.run(toTensors(sequence, given)).h?.dataSync()[0] as number;
    expect(dc({ ...projected, projClip: limit }, given, 'h')).toBeGreaterThan(0.1);
    expect(dc({ ...projected, projClip: limit }, { ...given, projection: [-2] }, 'h')).toBeLessThan(-0.1);
    expect(dc({ ...projected, projClip: limit * 0.9999 }, given, 'h')).toBe(0);
    expect(dc({ ...projected, projClip: limit * 0.9999 }, { ...given, projection: [-2] }, 'h')).toBe(0);
  });
});

describe.each(variants)('what is not finite, %s', (_, variant) => {
  const { kind, P = 3 } = variant;
  /** The same kind at each place: NaN, an infinity, or a number that is close. */
  function expectSameKinds(got: Tensor, want: Tensor, bound: number, what: string): void {
    const [a, b] = [got.dataSync(), want.dataSync()];
    const as = (values: ArrayLike<number>) => Array.from(values, (v) => (Number.isFinite(v) ? 'finite' : `${v}`));
    expect(as(a), what).toEqual(as(b));
    const finite = Array.from(b.keys()).filter((k) => Number.isFinite(b[k]));
    expectClose(
      finite.map((k) => a[k] as number),
      finite.map((k) => b[k] as number),
      bound,
    );
  }

  const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const afterReset: [string, number][] = [
    ['candidateHiddenKernel', 4],
    ['candidateHiddenBias', 1],
  ];
  const places: [string, number][] = [
    ['inputs', 2],
    ['inputs', 11],
    ['h', 1],
    ['kernel', 4],
    ['bias', 1],
    ...(kind === 'lstm' ? [['c', 1] as [string, number]] : []),
    ...(variant.peepholes ? ['f', 'i', 'o', 'projection'].map((name): [string, number] => [name, 1]) : []),
    ...(kind === 'gruResetAfter' ? afterReset : []),
  ];
  const cases = [3, 8, 9].flatMap((H) => bad.flatMap((value) => places.map(([name, at]) => ({ H, value, name, at }))));
  test.each(cases)('$value in $name at $at, $H units: what the reference gives', ({ H, value, name, at }) => {
    // The relu of TensorFlow.js's wasm backend makes NaN 0.
    for (const relu of kind === 'rnn' && getBackend() !== 'wasm' ? [false, true] : [false]) {
      // Its clip makes NaN the lower limit.
      const { cellClip, projClip, ...unclipped } = variant;
      // All steps: within the reference's gradients, what is masked still meets the weights, and 0 · NaN is NaN.
      const engineCase = { ...(getBackend() === 'wasm' ? unclipped : variant), lengths: [4, 4, 4], H, relu };
      const fused = sequenceOfCase(engineCase, 'fused');
      const reference = sequenceOfCase(engineCase, 'reference');
      const values = valuesOfCase(engineCase, fused);
      const at0 = Object.keys(values).find((key) => key.toLowerCase().endsWith(name.toLowerCase())) as string;
      (values[at0] as number[])[at] = value;
      const tensors = toTensors(fused, values);
      const [got, want] = [fused.run(tensors), reference.run(tensors)];
      for (const key of Object.keys(want)) expectSameKinds(got[key] as Tensor, want[key] as Tensor, forward, key);
      const shares = sharesOf(want, Object.keys(want));
      const theirs = gradientsOf(reference, tensors, shares);
      for (const [k, mine] of gradientsOf(fused, tensors, shares).entries())
        expectSameKinds(mine, theirs[k] as Tensor, gradient, `d${Object.keys(fused.shapes)[k]}`);
    }
  });

  test('a weight that is not finite reaches no row that takes no step', () => {
    const fused = sequenceOfCase(variant, 'fused');
    const values = valuesOfCase(variant, fused);
    for (const key of Object.keys(values).filter((key) => /kernel|bias|projection|^[fio]$/i.test(key)))
      (values[key] as number[]).fill(Number.NaN);
    const tensors = toTensors(fused, values);
    const results = fused.run(tensors);
    const row = (t: Tensor | undefined): number[] => [...(t as Tensor).dataSync()].slice(P, 2 * P);
    expect(row(results.h)).toEqual(row(tensors.h));
    const shares = sharesOf(results, ['h']);
    const [dh] = gradientsOf(only(fused, tensors, ['h']), tensors, shares);
    expect(row(dh)).toEqual(shares.h?.slice(P, 2 * P));
  });

  test('padding that is not finite reaches nothing', () => {
    const engineCase = { ...variant, H: 9 };
    const fused = sequenceOfCase(engineCase, 'fused');
    const values = valuesOfCase(engineCase, fused);
    const { T, B, D } = engineCase;
    const clean = toTensors(fused, values);
    const dirty = toTensors(fused, {
      ...values,
      inputs: (values.inputs as number[]).map((v, k) => {
        const [t, b] = [Math.floor(k / (B * D)), Math.floor(k / D) % B];
        return t < (engineCase.lengths?.[b] ?? T) ? v : (bad[k % 3] as number);
      }),
    });
    const want = fused.run(clean);
    const got = fused.run(dirty);
    for (const name of Object.keys(want)) expect(got[name]?.dataSync()).toEqual(want[name]?.dataSync());
    const shares = sharesOf(want, Object.keys(want));
    const theirs = gradientsOf(fused, clean, shares);
    for (const [k, mine] of gradientsOf(fused, dirty, shares).entries())
      expect(mine.dataSync()).toEqual(theirs[k]?.dataSync());
  });
});

describe.each(variants)('memory, %s', (_, variant) => {
  const sequence = sequenceOfCase(variant, 'fused');
  const outputs = (x: Tensor): Tensor => sequence.run({ ...tensors, inputs: x }).outputs as Tensor;
  let tensors: Record<string, Tensor> = {};
  let x: Tensor;
  beforeEach(() => {
    tensors = tensorsOf(variant);
    x = tensors.inputs as Tensor;
    grad((at) => sum(outputs(at)))(x);
    expect(usedBytes()).toBe(0);
  });

  test('inference keeps nothing', () => {
    expectNoLeak(() => sequence.run(tensors));
    expect(usedBytes()).toBe(0);
  });

  test('a gradient keeps nothing', () => {
    expectNoLeak(() => grad((at) => sum(outputs(at)))(x));
    expect(usedBytes()).toBe(0);
  });

  test('a loss that does not depend on it: its pass goes with the next', () => {
    const other = ones([2]);
    expectNoLeak(() =>
      grad((at) =>
        tidy(() => {
          outputs(x);
          return sum(square(at));
        }),
      )(other),
    );
    expect(usedBytes()).toBeGreaterThan(0);
    nextPass();
    expect(usedBytes()).toBe(0);
  });

  test('an error in the loss function: its pass goes when it is next looked for, and with the next gradient', () => {
    const fail = grad((at) => {
      outputs(at);
      throw new Error('as meant');
    });
    expect(() => expectNoLeak(() => fail(x))).toThrow('as meant');
    expect(usedBytes()).toBeGreaterThan(0);
    freeDropped();
    expect(usedBytes()).toBe(0);
    expect(() => expectNoLeak(() => fail(x))).toThrow('as meant');
    expectNoLeak(() => grad((at) => sum(outputs(at)))(x));
    expect(usedBytes()).toBe(0);
  });

  test('an error in the gradient of something after it', () => {
    const broken = customGrad((t) => ({
      value: (t as Tensor).clone(),
      gradFunc: () => {
        throw new Error('as meant');
      },
    }));
    expect(() => grad((at) => sum(broken(outputs(at))))(x)).toThrow('as meant');
    expectNoLeak(() => grad((at) => sum(outputs(at)))(x));
    expect(usedBytes()).toBe(0);
  });

  test('within a customGrad, which differentiates it itself, nothing is kept', () => {
    const opaque = customGrad((t) => {
      const value = tidy(() => outputs(t as Tensor));
      expect(usedBytes()).toBe(0);
      return { value, gradFunc: (dy: Tensor) => mul(sum(dy), ones(x.shape)) };
    });
    expectNoLeak(() => grad((at) => sum(opaque(at)))(x));
  });

  test('two passes on one tape have each their own', () => {
    const twice = (at: Tensor): Tensor => sum(mul(outputs(at), outputs(mul(at, 2))));
    const reference = sequenceOfCase(variant, 'reference');
    const plain = (at: Tensor): Tensor => reference.run({ ...tensors, inputs: at }).outputs as Tensor;
    const want = grad((at) => sum(mul(plain(at), plain(mul(at, 2)))))(x);
    expectClose(grad(twice)(x), want.dataSync(), gradient);
    expect(usedBytes()).toBe(0);
  });

  test('a gradient of a gradient is refused', () => {
    const inner = grad((at: Tensor) => sum(square(outputs(at))));
    expect(() => grad((at: Tensor) => sum(square(inner(at))))(x)).toThrow(
      expect.objectContaining({
        name: 'KernelError',
        message: `${variant.kind === 'gruResetAfter' ? 'gru' : variant.kind}Sequence: expected to be differentiated once, got a gradient of its gradient. Use kernel: 'reference' for what is differentiated twice.`,
      }),
    );
    grad((at) => sum(outputs(at)))(x);
    expect(usedBytes()).toBe(0);
  });
});

test('2,000 training steps stay flat in tensors and in memory, and learn', () => {
  const [T, B, D, H] = [3, 2, 2, 3];
  const sequence = sequenceOfCase({ ...small('lstm'), T, B, D, H, lengths: [3, 2], reverse: false }, 'fused');
  const x = tensor(sequenceOf(T * B * D, 1), [T, B, D]) as Tensor3D;
  const kernel = variable(tensor(sequenceOf((D + H) * 4 * H, 2), [D + H, 4 * H]));
  const bias = variable(zeros([4 * H]));
  const [c, h] = [zeros([B, H]), zeros([B, H])];
  const optimizer = train.sgd(0.1);
  const step = (): number => {
    const loss = optimizer.minimize(
      () => {
        const results = sequence.run({ inputs: x, c, h, kernel, bias });
        return sum(square(sub(mul(results.h as Tensor, 2), 1))) as Scalar;
      },
      true,
      [kernel, bias],
    ) as Scalar;
    const value = loss.dataSync()[0] as number;
    loss.dispose();
    return value;
  };
  const first = step();
  const before = { tensors: memory().numTensors, total: engine().arena.totalBytes };
  let last = first;
  for (let k = 0; k < 2000; k++) last = step();
  expect({ tensors: memory().numTensors, total: engine().arena.totalBytes }).toEqual(before);
  expect(usedBytes()).toBe(0);
  expect(last).toBeLessThan(first / 2);
});

test('gradients asked for in any order are the same', () => {
  const sequence = sequenceOfCase(small('lstm'), 'fused');
  const { inputs, kernel, ...others } = tensorsOf(small('lstm'));
  const [x, w] = [inputs as Tensor, kernel as Tensor];
  const loss = (inputs: Tensor, kernel: Tensor) => sum(sequence.run({ ...others, inputs, kernel }).h as Tensor);
  const [dx, dw] = grads(loss)([x, w]);
  const [dw2, dx2] = grads((kernel, inputs) => loss(inputs, kernel))([w, x]);
  expect(dx2?.dataSync()).toEqual(dx?.dataSync());
  expect(dw2?.dataSync()).toEqual(dw?.dataSync());
});

test('an operation that gives one tensor, the final state, has the gradients of the reference', () => {
  const [T, B, D, H] = [4, 3, 2, 3];
  const inputs = tensor(sequenceOf(T * B * D, 1), [T, B, D]);
  const weights = tensor(sequenceOf((D + H) * H, 2), [D + H, H]);
  const bias: Tensor1D = tensor(sequenceOf(H, 3), [H]);
  const gradientsBy = (kernel: 'fused' | 'reference') =>
    grads((x, w) => {
      const args = { inputs: x as Tensor3D, weights: { kernel: w as Tensor2D, bias }, lengths: [4, 0, 2], kernel };
      return sum(square(rnnSequence({ ...args, returnSequences: false }).h));
    })([inputs, weights]);
  const want = gradientsBy('reference');
  for (const [k, got] of gradientsBy('fused').entries()) {
    expectClose(got, (want[k] as Tensor).dataSync(), gradient);
  }
});
