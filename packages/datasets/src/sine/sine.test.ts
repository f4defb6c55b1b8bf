import { expect, test } from 'vitest';
import { sine } from './sine';

test('has 10,990 windows of ten to train on and 1,090 to test on', () => {
  const { train, test: unseen } = sine();
  expect(train).toMatchObject({ size: 10_990, inputShape: [10, 1], targetShape: [1] });
  expect(unseen).toMatchObject({ size: 1_090, inputShape: [10, 1], targetShape: [1] });
});

test('the curves run from 0 to 100 and from 100 to 110, both ends included', () => {
  const { train, test: unseen } = sine();
  expect(train.inputs[0]).toBe(0);
  expect(train.targets.at(-1)).toBe(Math.fround(Math.sin(100)));
  expect(unseen.inputs[0]).toBe(Math.fround(Math.sin(100)));
  expect(unseen.targets.at(-1)).toBe(Math.fround(Math.sin(110)));
});

test('takes the sizes of the estimator program', () => {
  const { train, test: unseen } = sine({ trainSamples: 10_000, testSamples: 1_000 });
  expect([train.size, unseen.size]).toEqual([9_990, 990]);
});

test('the same seed draws the same batches', () => {
  const first = sine({ seed: 1 }).train.nextBatch(32);
  expect(sine({ seed: 1 }).train.nextBatch(32)).toEqual(first);
  expect(sine({ seed: 2 }).train.nextBatch(32)).not.toEqual(first);
});
