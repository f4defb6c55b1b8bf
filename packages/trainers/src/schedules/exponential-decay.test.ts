import { expectClose } from 'testing';
import { expect, test } from 'vitest';
import { exponentialDecay } from './exponential-decay';

/** Step, then the rate of TensorFlow 2.21's `tf.compat.v1.train.exponential_decay(0.1, step, 100, 0.96)`, and with `staircase=True`. */
const ofTensorFlow = [
  [0, 0.1, 0.1],
  [1, 0.09995918631417965, 0.1],
  [99, 0.09603919498954022, 0.1],
  [100, 0.0959999978542328, 0.0959999978542328],
  [250, 0.09029798483216578, 0.09215999588012701],
  [999, 0.06651039408226281, 0.06925338565104232],
  [1500, 0.05420861981123157, 0.05420861981123157],
] as const;

test('the rates are those of TensorFlow, with a staircase and without', () => {
  const options = { decaySteps: 100, decayRate: 0.96 };
  const [slope, stairs] = [exponentialDecay(0.1, options), exponentialDecay(0.1, { ...options, staircase: true })];
  for (const [step, onSlope, onStairs] of ofTensorFlow) {
    expectClose([slope(step), stairs(step)], [onSlope, onStairs], 1e-6);
  }
});

test('arguments that do not fit are told', () => {
  const decay = { decaySteps: 10, decayRate: 0.5 };
  expect(() => exponentialDecay(-1, decay)).toThrow(
    'exponentialDecay: expected learningRate to be a finite number of at least 0, got -1',
  );
  expect(() => exponentialDecay(1, { ...decay, decaySteps: 0 })).toThrow(
    'exponentialDecay: expected decaySteps to be a positive integer, got 0',
  );
  expect(() => exponentialDecay(1, { ...decay, decayRate: 0 })).toThrow(
    'exponentialDecay: expected decayRate to be a finite number above 0, got 0',
  );
});
