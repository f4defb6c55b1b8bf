import { sine } from '@rnn/datasets';
import { expect, it } from 'vitest';
import { testCurve } from './test-curve';

it('gives the angles at which the test set of sine has its values, the targets after the first window', () => {
  const { test } = sine({ testSamples: 300, windowSize: 7, seed: 1 });
  const { window, points, step, angle } = testCurve(test);
  expect({ window, points, step }).toEqual({ window: 7, points: 300, step: 10 / 299 });
  for (const [i, value] of test.targets.entries()) expect(value).toBeCloseTo(Math.sin(angle(i + window)), 6);
  for (const [i, value] of test.inputs.subarray(0, 7).entries()) expect(value).toBeCloseTo(Math.sin(angle(i)), 6);
  expect(angle(299)).toBe(110);
});
