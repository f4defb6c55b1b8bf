import '@rnn/cells/gradients';
import {
  grads,
  square,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tensor,
} from '@tensorflow/tfjs-core';
import { expectClose, relativeError, sequenceOf, tolerance } from 'testing';
import { describe, expect, test } from 'vitest';
import { rnnSequence } from '../rnn/rnn-sequence';
import { type EngineCase, kinds, randomDraws, sequenceOfCase, show } from '../testing/random-case';
import { drawn, expectForward, expectGradients, gradientsOf, toTensors } from '../testing/sequence-case';
import { nextPass, only, sharesOf, small, tensorsOf, usedBytes } from '../testing/small-cases';
import { registerEngine } from './register';

registerEngine();

const { forward, gradient } = tolerance('cpu');

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
