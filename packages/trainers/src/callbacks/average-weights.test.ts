import { memory, type Tensor } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeakAsync } from 'testing';
import { expect, test } from 'vitest';
import type { TrainingCallback } from '../trainer/training-callback';
import { averageWeights } from './average-weights';
import { PretendedRun } from './pretended-run.fixture';

const course = [
  [2, -1],
  [0.5, 3],
  [-1, 0.25],
];

/**
 * The averages after each of those weights, from [1, -2], of TensorFlow 2.21's `tf.compat.v1.train.ExponentialMovingAverage(0.9)`, in float64,
 * where 0.9 is a float32; and with `num_updates` the number of updates.
 */
const ofTensorFlow = {
  plain: [
    [1.10000002, -1.89999998],
    [1.04000001, -1.40999986],
    [0.83599996, -1.24399984],
  ],
  numUpdates: [
    [1.81818181, -1.18181819],
    [0.82954545, 1.95454545],
    [-0.43706297, 0.77447549],
  ],
};

for (const [kind, want] of Object.entries(ofTensorFlow)) {
  test(`the averages are those of TensorFlow: ${kind}`, async () => {
    const { numTensors } = memory();
    const run = new PretendedRun(9);
    const average = averageWeights({ decay: 0.9, numUpdates: kind === 'numUpdates' });
    await average.onTrainBegin?.(run.info);
    expect([...average.weights.keys()]).toEqual(['kernel', 'bias']);
    for (const [k, kernel] of course.entries()) {
      await run.make(average, { kernel });
      expectClose(average.weights.get('kernel') as Tensor, want[k] as number[], 1e-6);
      expectClose(average.weights.get('bias') as Tensor, [0.5, 3, 4], 1e-6);
      expect(run.weights('kernel')).toEqual(kernel);
    }
    expect(memory().numTensors).toBe(numTensors + run.variables.size + 2);
    average.dispose();
    run.dispose();
    expect(memory().numTensors).toBe(numTensors);
  });
}

test('swap lends the averages to the model while some work is done, also work that throws, and what is not trained stays', async () => {
  const run = new PretendedRun(9);
  const average = averageWeights({ decay: 0.5 });
  await average.onTrainBegin?.(run.info);
  await run.make(average, { kernel: [3, 0] });
  const during = await expectNoLeakAsync(() =>
    average.swap(run, async () => [run.weights('kernel'), run.weights('counter')]),
  );
  expect(during).toEqual([[2, -1], [7]]);
  expect(run.weights('kernel')).toEqual([3, 0]);
  const fails = () => average.swap(run, () => Promise.reject(new Error('boom')));
  await expect(expectNoLeakAsync(fails)).rejects.toThrow('boom');
  expect(run.weights('kernel')).toEqual([3, 0]);
  await run.make(average, { kernel: [4, 1] });
  expectClose(average.weights.get('kernel') as Tensor, [3, 0]);
  average.assignTo(run);
  expect(run.weights('kernel')).toEqual([3, 0]);
  average.dispose();
  run.dispose();
});

test('averages go on in a later fit and, by their state, in another run, as if there had been one', async () => {
  const run = new PretendedRun(9);
  const [whole, parts, other] = [1, 2, 3].map(() => averageWeights({ decay: 0.9, numUpdates: true })) as [
    ReturnType<typeof averageWeights>,
    ReturnType<typeof averageWeights>,
    ReturnType<typeof averageWeights>,
  ];
  await whole.onTrainBegin?.(run.info);
  await parts.onTrainBegin?.(run.info);
  for (const [k, kernel] of course.entries()) {
    const both: TrainingCallback = {
      async onStep(info) {
        await whole.onStep?.(info);
        await parts.onStep?.(info);
      },
    };
    await run.make(both, { kernel });
    if (k === 0) await parts.onTrainBegin?.(run.info);
  }
  const values = (of: typeof whole) => [...of.weights.values()].map((tensor) => [...tensor.dataSync()]);
  expect(values(parts)).toEqual(values(whole));
  const state = parts.getState?.();
  expect([...(state?.tensors.keys() ?? [])]).toEqual([
    'kernel/ExponentialMovingAverage',
    'bias/ExponentialMovingAverage',
  ]);
  other.setState?.(state as NonNullable<typeof state>);
  parts.dispose();
  await other.onTrainBegin?.(run.info);
  expect(values(other)).toEqual(values(whole));
  for (const each of [whole, other, run]) each.dispose();
});

test('what does not fit is told', async () => {
  expect(() => averageWeights({ decay: 1 })).toThrow(
    'averageWeights: expected decay to be at least 0 and below 1, got 1',
  );
  const run = new PretendedRun(9);
  const average = averageWeights({ decay: 0.5 });
  await expect(average.swap(run, () => 0)).rejects.toThrow(
    'averageWeights.swap: expected averages of a fit, got none. Pass it to fit first.',
  );
  expect(() => average.assignTo(run)).toThrow('averageWeights.assignTo: expected averages of a fit, got none');
  await average.onTrainBegin?.(run.info);
  await expect(average.swap({ variables: new Map() }, () => 0)).rejects.toThrow(
    'averageWeights.swap: expected a variable kernel of shape [2], got none',
  );
  average.dispose();
  run.dispose();
});
