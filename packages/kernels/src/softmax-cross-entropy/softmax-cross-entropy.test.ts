import '@rnn/cells/gradients';
import {
  grad,
  grads,
  mul,
  square,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor,
  zeros,
} from '@tensorflow/tfjs-core';
import { centralDifferences, expectClose, expectNoLeak, relativeError, sequenceOf, tolerance } from 'testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { chooseKernel } from '../fused-kernels';
import { engine } from '../wasm/engine';
import { registerSoftmaxCrossEntropy } from '../wasm/register-softmax-cross-entropy';
import { softmaxCrossEntropy } from './softmax-cross-entropy';

registerSoftmaxCrossEntropy();

const { gradient: gradientBound } = tolerance('cpu');

/** By its definition, in float64, without the stability that float32 needs. */
function wanted(x: ArrayLike<number>, p: ArrayLike<number>, [B, C]: readonly [number, number]): number {
  let loss = 0;
  for (let b = 0; b < B; b++) {
    const powers = Array.from({ length: C }, (_, c) => Math.exp(x[b * C + c] as number));
    const total = powers.reduce((sum, power) => sum + power, 0);
    for (const [c, power] of powers.entries()) loss -= (p[b * C + c] as number) * Math.log(power / total);
  }
  return loss / B;
}

const logitsOf = ([B, C]: readonly [number, number], seed = 1) => sequenceOf(B * C, seed).map((x) => 4 * x);
/** Rows that are positive, differ, and do not sum to one. */
const sharesOf = ([B, C]: readonly [number, number]) => sequenceOf(B * C, 2).map((x) => (1 + x) / C);
const classesOf = ([B, C]: readonly [number, number]) => Array.from({ length: B }, (_, b) => (b * 7 + 2) % C);
const oneHotOf = (shape: readonly [number, number]) =>
  classesOf(shape).flatMap((label) => Array.from({ length: shape[1] }, (_, c) => Number(c === label)));

afterEach(() => {
  vi.restoreAllMocks();
});

const shapes: [number, number][] = [
  [1, 1],
  [4, 4],
  [5, 3],
  [7, 10],
  [9, 2],
  [2, 37],
];

describe.each(['fused', 'reference'] as const)('softmaxCrossEntropy, %s', (kernel) => {
  const lossOf = (labels: Tensor2D | Tensor1D) => (logits: Tensor) =>
    softmaxCrossEntropy({ logits: logits as Tensor2D, labels, kernel });

  test.each(shapes)('%i examples of %i classes: shares, one-hot rows and class numbers', (...shape) => {
    const x = logitsOf(shape);
    const logits = tensor(x, shape) as Tensor2D;
    const numbers = tensor(classesOf(shape), [shape[0]], 'int32') as Tensor1D;
    const all: [Tensor2D | Tensor1D, number[]][] = [
      [tensor(sharesOf(shape), shape) as Tensor2D, sharesOf(shape)],
      [tensor(oneHotOf(shape), shape) as Tensor2D, oneHotOf(shape)],
      [numbers, oneHotOf(shape)],
    ];
    for (const [labels, p] of all) {
      const loss = lossOf(labels)(logits);
      expect(loss.shape).toEqual([]);
      expect(Math.abs((loss.dataSync()[0] as number) - wanted(x, p, shape))).toBeLessThan(1e-5);
      const gradient = grad(lossOf(labels))(logits);
      expect(gradient.shape).toEqual(shape);
      const want = centralDifferences((moved) => wanted(moved, p, shape), x, 2 ** -12);
      if (shape[1] > 1) expectClose(gradient, want, 1e-4);
      else expect(Math.abs(gradient.dataSync()[0] as number)).toBeLessThan(1e-6);
    }
  });

  test('the gradient is that of the loss as it is used: a loss times itself and 3', () => {
    const shape = [5, 3] as const;
    const [x, p] = [logitsOf(shape), sharesOf(shape)];
    const labels = tensor(p, [...shape]) as Tensor2D;
    const gradient = grad((at) => mul(square(lossOf(labels)(at)), 3))(tensor(x, [...shape]));
    expectClose(
      gradient,
      centralDifferences((moved) => 3 * wanted(moved, p, shape) ** 2, x, 2 ** -12),
      1e-4,
    );
  });

  test('the gradient by the shares is that of central differences', () => {
    const shape = [5, 3] as const;
    const [x, p] = [logitsOf(shape), sharesOf(shape)];
    const [dx, dp] = grads((logits, labels) => lossOf(labels as Tensor2D)(logits))([
      tensor(x, [...shape]),
      tensor(p, [...shape]),
    ]);
    expectClose(
      dx as Tensor,
      centralDifferences((moved) => wanted(moved, p, shape), x, 2 ** -12),
      1e-4,
    );
    expectClose(
      dp as Tensor,
      centralDifferences((moved) => wanted(x, moved, shape), p, 2 ** -12),
      1e-4,
    );
  });

  test('logits of ±10000 give finite losses and gradients', () => {
    const huge = tensor([1e4, -1e4, -1e4, 1e4, 1e4, 1e4 - 1], [3, 2]);
    const labels = tensor([1, 1, 0], [3], 'int32') as Tensor1D;
    const small = Math.log(1 + Math.exp(-1));
    expectClose(lossOf(labels)(huge), [(2e4 + small) / 3]);
    const share = 1 / (1 + Math.exp(-1));
    expectClose(
      grad(lossOf(labels))(huge),
      [1, -1, 0, 0, share - 1, 1 - share].map((g) => g / 3),
    );
  });

  test.each([-1, 3, 2 ** 31 - 1])(
    'class number %i of 3 makes the loss NaN, and the gradient of that example alone',
    (bad) => {
      const labels = tensor([2, bad, 0], [3], 'int32') as Tensor1D;
      const logits = tensor(logitsOf([3, 3]), [3, 3]);
      expect(lossOf(labels)(logits).dataSync()[0]).toBeNaN();
      const rows = [...grad(lossOf(labels))(logits).dataSync()].map(Number.isNaN);
      expect(rows).toEqual([false, false, false, true, true, true, false, false, false]);
    },
  );

  test('nothing stays alive but what is returned, differentiated or not', () => {
    const logits = tensor(logitsOf([5, 3]), [5, 3]);
    const classes: Tensor1D = tensor([0, 1, 2, 0, 1], [5], 'int32');
    for (const labels of [tensor(sharesOf([5, 3]), [5, 3]) as Tensor2D, classes]) {
      expectNoLeak(() => lossOf(labels)(logits));
      expectNoLeak(() => grad(lossOf(labels))(logits));
    }
    expect(engine().arena.usedBytes).toBe(0);
  });

  test('arguments that do not fit are told', () => {
    const logits = tensor(logitsOf([5, 3]), [5, 3]) as Tensor2D;
    const refuses = (x: Tensor, labels: Tensor, text: string) =>
      expect(() => expectNoLeak(() => lossOf(labels as Tensor2D)(x))).toThrow(`softmaxCrossEntropy: expected ${text}`);
    refuses(zeros([15]), zeros([5, 3]), 'logits to have shape [B, C], got [15]');
    refuses(zeros([5, 3], 'int32'), zeros([5, 3]), 'logits of dtype float32, got int32. Cast it first.');
    refuses(logits, zeros([5, 3], 'int32'), 'labels of dtype float32, got int32. Cast it first.');
    refuses(logits, zeros([5, 4]), 'labels to have shape [5, 3], got [5, 4]');
    refuses(logits, zeros([4], 'int32'), 'labels to have shape [5], got [4]');
    refuses(logits, zeros([5]), 'labels to have shape [5, 3], got [5]');
  });
});

describe('the fused loss and stock operations', () => {
  const both = (logits: Tensor, labels: Tensor) =>
    (['fused', 'reference'] as const).map((kernel) => {
      const loss = (x: Tensor) => softmaxCrossEntropy({ logits: x as Tensor2D, labels: labels as Tensor2D, kernel });
      return [...loss(logits).dataSync(), ...grad(loss)(logits).dataSync()];
    }) as [number[], number[]];

  test('agree on random sizes', () => {
    for (let seed = 0; seed < 20; seed++) {
      const [B, C] = [1 + ((seed * 5) % 13), 2 + ((seed * 7) % 11)] as const;
      const [got, want] = both(tensor(logitsOf([B, C], seed), [B, C]), tensor(sharesOf([B, C]), [B, C]));
      expect(relativeError(got, want), `${B} × ${C}`).toBeLessThanOrEqual(gradientBound);
    }
  });

  test.each([
    ['NaN', [Number.NaN, 1, 2]],
    ['infinity', [Number.POSITIVE_INFINITY, 1, 2]],
    ['minus infinity for a class with a share', [1, Number.NEGATIVE_INFINITY, 2]],
    ['minus infinity for a class without', [1, 2, Number.NEGATIVE_INFINITY]],
    ['minus infinity alone', [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  ])('agree on which results are not finite: %s', (_, row) => {
    const logits = tensor([...logitsOf([2, 3]), ...row, ...logitsOf([2, 3], 3)], [5, 3]);
    const labels = tensor([...sharesOf([2, 3]), 0.5, 0.5, 0, ...sharesOf([2, 3])], [5, 3]);
    const [got, want] = both(logits, labels);
    const kinds = (values: readonly number[]) => values.map((x) => (Number.isFinite(x) ? 'finite' : `${x}`));
    expect(kinds(got)).toEqual(kinds(want));
    const finite = [...want.keys()].filter((k) => Number.isFinite(want[k]));
    const pick = (values: readonly number[]) => finite.map((k) => values[k] as number);
    expectClose(pick(got), pick(want), gradientBound);
  });
});

test('an empty batch is left to the reference', () => {
  expect(chooseKernel('softmaxCrossEntropy', { batchSize: 0, classes: 3 }).reason).toBe('there is nothing to compute');
  expect(chooseKernel('softmaxCrossEntropy', { batchSize: 1, classes: 3 }).kernel?.device()).toBe(engine().device);
});

test('a gradient of a gradient is refused, and leaves nothing', () => {
  const labels = tensor([0, 1], [2], 'int32') as Tensor1D;
  const slope = grad((x) => softmaxCrossEntropy({ logits: x as Tensor2D, labels }));
  const logits = tensor(logitsOf([2, 3]), [2, 3]);
  expect(() => grad((x) => sum(square(slope(x))))(logits)).toThrow(
    'softmaxCrossEntropy: expected to be differentiated once, got a gradient of its gradient',
  );
  expect(engine().arena.usedBytes).toBe(0);
});

test('wherever the memory gives out, nothing stays alive', () => {
  const [logits, labels] = [zeros([5, 3]), zeros([5, 3])] as [Tensor2D, Tensor2D];
  const allocate = engine().arena.allocate.bind(engine().arena);
  for (let failing = 1; failing <= 3; failing++) {
    let calls = 0;
    vi.spyOn(engine().arena, 'allocate').mockImplementation((bytes) => {
      if (++calls === failing) throw new Error('no memory');
      return allocate(bytes);
    });
    expect(() => expectNoLeak(() => softmaxCrossEntropy({ logits, labels }))).toThrow('no memory');
    expect(engine().arena.usedBytes).toBe(0);
  }
});
