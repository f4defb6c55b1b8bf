import { expectClose } from 'testing';
import { expect, test } from 'vitest';
import { cosineDecay } from './cosine-decay';

/** Step, then the rate of TensorFlow 2.21's `tf.compat.v1.train.cosine_decay(0.1, step, 1000)`, in float32, and with `alpha=0.1`. */
const ofTensorFlow = [
  [0, 0.10000000149011612, 0.10000000149011612],
  [1, 0.09999974817037582, 0.09999977797269821],
  [99, 0.09760113060474396, 0.09784101694822311],
  [250, 0.08535533398389816, 0.08681980520486832],
  [999, 2.47359281502213e-7, 0.01000022329390049],
  [1000, 0, 0.010000000707805157],
  [1500, 0, 0.010000000707805157],
] as const;

test('the rates are those of TensorFlow, with a least rate and without', () => {
  const [toZero, toTenth] = [
    cosineDecay(0.1, { decaySteps: 1000 }),
    cosineDecay(0.1, { decaySteps: 1000, alpha: 0.1 }),
  ];
  // The rate of step 999 is a difference of numbers near 1, which float32 holds to 6e-8.
  for (const [step, least, leastTenth] of ofTensorFlow) {
    expect(Math.abs(toZero(step) - least)).toBeLessThan(1e-8);
    expectClose([toTenth(step)], [leastTenth], 1e-6);
  }
});

test('arguments that do not fit are told', () => {
  expect(() => cosineDecay(Number.NaN, { decaySteps: 1 })).toThrow(
    'cosineDecay: expected learningRate to be a finite number of at least 0, got NaN',
  );
  expect(() => cosineDecay(1, { decaySteps: 1.5 })).toThrow(
    'cosineDecay: expected decaySteps to be a positive integer, got 1.5',
  );
  expect(() => cosineDecay(1, { decaySteps: 1, alpha: -1 })).toThrow(
    'cosineDecay: expected alpha to be a finite number of at least 0, got -1',
  );
});
