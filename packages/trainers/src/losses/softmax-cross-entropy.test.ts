import { grad, oneHot, type Tensor, type Tensor2D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import '../gradients/value-and-gradients';
import { centralDifferences, expectClose, expectNoLeak, sequenceOf } from 'testing';
import { expect, test } from 'vitest';
import { softmaxCrossEntropy } from './softmax-cross-entropy';

const [B, C] = [5, 4];
const logits = sequenceOf(B * C, 1).map((value) => 3 * value);
const classes = [3, 0, 0, 2, 1];
const oneHots = classes.flatMap((label) => [0, 1, 2, 3].map((c) => (c === label ? 1 : 0)));
const shares = oneHots.map((hot) => 0.9 * hot + 0.1 / C);

const labelsOf = {
  'class numbers': () => tensor1d(classes, 'int32'),
  'one-hot labels': () => tensor2d(oneHots, [B, C]),
  'one-hot integers': () => tensor2d(oneHots, [B, C], 'int32'),
  'smoothed labels': () => tensor2d(shares, [B, C]),
};

/** By its definition, in float64: -Σ p log(e^x / Σ e^x). */
function wanted(x: ArrayLike<number>, p: readonly number[]): number {
  let sum = 0;
  for (let b = 0; b < B; b++) {
    let total = 0;
    for (let c = 0; c < C; c++) total += Math.exp(x[b * C + c] as number);
    for (let c = 0; c < C; c++) sum -= (p[b * C + c] as number) * Math.log(Math.exp(x[b * C + c] as number) / total);
  }
  return sum / B;
}

for (const [kind, labels] of Object.entries(labelsOf)) {
  const p = kind === 'smoothed labels' ? shares : oneHots;

  test(`the cross-entropy of ${kind} is the mean over the batch of -Σ p log softmax`, () => {
    expectNoLeak(() =>
      tidy(() => {
        const loss = softmaxCrossEntropy(tensor2d(logits, [B, C]), labels());
        expect(loss.shape).toEqual([]);
        expectClose(loss, [wanted(logits, p)]);
      }),
    );
  });

  test(`its gradient by the logits with ${kind} is that of central differences`, () => {
    tidy(() => {
      const fixed = labels();
      const gradient = grad((x: Tensor) => softmaxCrossEntropy(x as Tensor2D, fixed))(tensor2d(logits, [B, C]));
      expectClose(
        gradient,
        centralDifferences((x) => wanted(x, p), logits),
        1e-4,
      );
    });
  });
}

test('logits of ±10000 give finite losses and gradients', () => {
  tidy(() => {
    const huge = tensor2d([1e4, -1e4, -1e4, 1e4], [2, 2]);
    const labels = oneHot(tensor1d([1, 1], 'int32'), 2);
    expectClose(softmaxCrossEntropy(huge, labels), [1e4]);
    const gradient = grad((x: Tensor) => softmaxCrossEntropy(x as Tensor2D, labels))(huge);
    expectClose(gradient, [0.5, -0.5, 0, 0]);
  });
});

test('a class number that is none makes the loss NaN', () => {
  tidy(() => {
    const loss = softmaxCrossEntropy(tensor2d(logits, [B, C]), tensor1d([0, 1, 2, 3, 4], 'int32'));
    expect(loss.dataSync()[0]).toBeNaN();
  });
});

test('shapes that do not fit are told', () => {
  tidy(() => {
    const x = tensor2d(logits, [B, C]);
    const refuses = (given: Tensor2D, labels: Tensor, text: string) =>
      expect(() => softmaxCrossEntropy(given, labels)).toThrow(text);
    const either = 'softmaxCrossEntropy: expected labels to have shape [5, 4], one-hot, or [5], int32';
    refuses(x, tensor1d([1, 2], 'int32'), `${either}, got [2], int32`);
    refuses(x, tensor1d(classes), `${either}, got [5], float32`);
    refuses(x, tensor2d([1, 2, 3, 4, 5], [5, 1]), `${either}, got [5, 1], float32`);
    const flat = tensor1d(logits) as unknown as Tensor2D;
    refuses(flat, tensor1d(classes), 'softmaxCrossEntropy: expected logits to have shape [B, C], got [20]');
  });
});
