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
  'class numbers in float32': () => tensor1d(classes),
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

test('a class number that is none makes the loss NaN, also one between two classes, and with weights', () => {
  tidy(() => {
    const x = tensor2d(logits, [B, C]);
    for (const labels of [tensor1d([0, 1, 2, 3, 4], 'int32'), tensor1d([0, 1, 2, 3, 4]), tensor1d([0, 1, 1.5, 3, 0])]) {
      expect(softmaxCrossEntropy(x, labels).dataSync()[0]).toBeNaN();
      const options = { labelSmoothing: 0.1, classWeights: [1, 2, 3, 4] };
      expect(softmaxCrossEntropy(x, labels, options).dataSync()[0]).toBeNaN();
    }
  });
});

const ofTensorFlow = {
  logits: [0.5, -1.25, 2, 1.5, 0.25, -0.75, -2, 1, 0.5, 0.125, 0.375, -0.625],
  classes: [2, 0, 2, 1],
  shares: [0.2, 0.3, 0.5, 0.7, 0.2, 0.1, 0.1, 0.1, 0.8, 0.25, 0.5, 0.25],
  /**
   * `label_smoothing`, class weights by which `weights` were made, the loss of TensorFlow 2.21's `tf.compat.v1.losses.softmax_cross_entropy` and
   * its gradient by the third row of the logits.
   */
  ofClasses: [
    [0, undefined, 0.5829535722732544, [0.007514721892393506, 0.15093722403715645, -0.15845194592954995]],
    [0, [0.5, 2, 3], 1.3512096405029297, [0.022544165677180518, 0.45281167211146933, -0.47535583778864987]],
    [0, [0, 2, 3], 1.7465006113052368, [0.030058887569574023, 0.6037488961486258, -0.6338077837181998]],
    [0.1, undefined, 0.6787868738174438, [-0.0008186114409398275, 0.14260389070382312, -0.14178527926288328]],
    [0.1, [0.5, 2, 3], 1.5553761720657349, [-0.0024558343228194826, 0.42781167211146937, -0.4253558377886498]],
    [0.1, [0, 2, 3], 1.9992784261703491, [-0.00327444576375931, 0.5704155628152925, -0.5671411170515331]],
  ],
  ofShares: [
    [0, undefined, 1.1485785245895386, [-0.017485278107606497, 0.12593722403715646, -0.10845194592954996]],
    [0, [0.5, 2, 3], 2.343299627304077, [-0.046335988652683284, 0.3337336557087742, -0.28739766705609093]],
    [0.1, [0.5, 2, 3], 2.4142138957977295, [-0.06179432254232664, 0.3182753218191308, -0.25648099927680423]],
    [0.1, [0, 2, 3], 2.2495994567871094, [-0.060628387522607484, 0.3122701043759405, -0.2516417168533331]],
  ],
} as const;

for (const kernel of ['fused', 'reference'] as const) {
  test(`smoothing and class weights give the losses and gradients of TensorFlow (${kernel} kernel)`, () => {
    expectNoLeak(() =>
      tidy(() => {
        const { classes: numbers, shares: rows, ofClasses, ofShares } = ofTensorFlow;
        const kinds = [
          [tensor1d([...numbers], 'int32'), ofClasses],
          [tensor1d([...numbers]), ofClasses],
          [oneHot(tensor1d([...numbers], 'int32'), 3), ofClasses],
          [tensor2d([...rows], [4, 3]), ofShares],
        ] as const;
        for (const [labels, table] of kinds) {
          for (const [labelSmoothing, classWeights, want, row] of table) {
            const loss = (x: Tensor) =>
              softmaxCrossEntropy(x as Tensor2D, labels, { labelSmoothing, classWeights, kernel });
            const x = tensor2d([...ofTensorFlow.logits], [4, 3]);
            expectClose(loss(x), [want]);
            expectClose(grad(loss)(x).dataSync().slice(6, 9), row, 1e-5);
          }
        }
      }),
    );
  });
}

test('a batch all of whose classes weigh nothing has loss 0', () => {
  tidy(() => {
    const labels = tensor1d([0, 0, 0, 0, 0], 'int32');
    const loss = softmaxCrossEntropy(tensor2d(logits, [B, C]), labels, { classWeights: [0, 1, 1, 1] });
    expect(loss.dataSync()[0]).toBe(0);
  });
});

test('options that do not fit are told', () => {
  tidy(() => {
    const refuses = (options: object, text: string) => {
      const labels = tensor1d(classes, 'int32');
      expect(() => softmaxCrossEntropy(tensor2d(logits, [B, C]), labels, options)).toThrow(
        `softmaxCrossEntropy: expected ${text}`,
      );
    };
    refuses({ labelSmoothing: 1 }, 'labelSmoothing to be at least 0 and below 1, got 1');
    refuses({ classWeights: [1, 2] }, 'classWeights to be 4 numbers, one a class, got 2');
    refuses({ classWeights: 2 }, 'classWeights to be 4 numbers, one a class, got number');
    refuses({ classWeights: [1, -1, 1, 1] }, 'classWeights[1] to be a finite number of at least 0, got -1');
  });
});

test('shapes that do not fit are told', () => {
  tidy(() => {
    const x = tensor2d(logits, [B, C]);
    const refuses = (given: Tensor2D, labels: Tensor, text: string) =>
      expect(() => softmaxCrossEntropy(given, labels)).toThrow(text);
    const either =
      'softmaxCrossEntropy: expected labels to have shape [5, 4], one-hot or shares, or [5], class numbers';
    refuses(x, tensor1d([1, 2], 'int32'), `${either}, got [2], int32`);
    refuses(x, tensor1d([true, false, true, false, true], 'bool'), `${either}, got [5], bool`);
    refuses(x, tensor2d([1, 2, 3, 4, 5], [5, 1]), `${either}, got [5, 1], float32`);
    const flat = tensor1d(logits) as unknown as Tensor2D;
    refuses(flat, tensor1d(classes), 'softmaxCrossEntropy: expected logits to have shape [B, C], got [20]');
  });
});
