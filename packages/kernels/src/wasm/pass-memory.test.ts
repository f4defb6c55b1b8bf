import '@rnn/cells/gradients';
import {
  customGrad,
  grad,
  memory,
  mul,
  ones,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor3D,
  tensor,
  tidy,
  train,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf, tolerance } from 'testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { freeDropped } from '../tape';
import { sequenceOfCase } from '../testing/random-case';
import { nextPass, small, tensorsOf, usedBytes, variants } from '../testing/small-cases';
import { engine } from './engine';
import { registerEngine } from './register';

registerEngine();
const { gradient } = tolerance('cpu');

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
