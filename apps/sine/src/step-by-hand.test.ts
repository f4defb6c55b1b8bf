import { useBackend } from '@rnn/backends';
import { BasicLSTMCell, MultiRNNCell } from '@rnn/cells';
import { sine } from '@rnn/datasets';
import { adam, type Model, meanSquaredError, sequenceRegressor, Trainer, valueAndGradients } from '@rnn/trainers';
import { memory, type Tensor, type Tensor2D, type Tensor3D, tensor, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { stepByHand } from './step-by-hand';

beforeAll(() => useBackend('cpu'));

const layers = () => [20, 1].map((units) => new BasicLSTMCell(units));
const { train, test } = sine({ trainSamples: 500, testSamples: 60, seed: 1 });

/** The largest difference between two lists of as many numbers. */
function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  expect(a.length).toBeGreaterThan(0);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));
}

const weights = ({ variables }: Model) => [...variables.values()].flatMap((value) => [...value.dataSync()]);

describe('two layers stepped by hand', () => {
  it('give the outputs and the gradients of the dynamic runner to rounding, and leave nothing alive', () => {
    const [manual, unrolled] = [stepByHand(layers()), sequenceRegressor({ cell: new MultiRNNCell(layers()) })];
    for (const model of [manual, unrolled]) model.build([10, 1], { seed: 7 });
    expect([...manual.variables.keys()]).toEqual([...unrolled.variables.keys()]);
    expect(weights(manual)).toEqual(weights(unrolled));
    const before = memory().numTensors;
    tidy(() => {
      const inputs: Tensor3D = tensor(test.inputs, [test.size, 10, 1]);
      const targets: Tensor2D = tensor(test.targets, [test.size, 1]);
      const [got, want] = [manual, unrolled].map((model) => model.apply(inputs)) as [Tensor, Tensor];
      expect(got.shape).toEqual([test.size, 1]);
      expect(largest(got.dataSync(), want.dataSync())).toBeLessThan(1e-6);
      const [gradients, wanted] = [manual, unrolled].map((model) => {
        const { gradients } = valueAndGradients(() => meanSquaredError(model.apply(inputs), targets), model.variables);
        return [...gradients.values()].flatMap((gradient) => [...gradient.dataSync()]);
      }) as [number[], number[]];
      expect(largest(gradients, wanted)).toBeLessThan(1e-6);
    });
    expect(memory().numTensors).toBe(before);
    for (const model of [manual, unrolled]) model.dispose();
    expect(manual.variables.size).toBe(0);
  });

  it('are trained to the same losses and weights to rounding, and predict the same', async () => {
    const run = async (model: Model) => {
      const trainer = new Trainer(model, { loss: meanSquaredError, optimizer: adam(1e-3), seed: 7 });
      const { loss } = await trainer.fit(train, { steps: 20, batchSize: 32, shuffle: false, reportEvery: 1 });
      const end = {
        losses: loss.map(({ value }) => value),
        weights: weights(model),
        predicted: await trainer.predict(test),
      };
      trainer.dispose();
      return end;
    };
    const manual = await run(stepByHand(layers()));
    const unrolled = await run(sequenceRegressor({ cell: new MultiRNNCell(layers()) }));
    expect(largest(manual.losses, unrolled.losses)).toBeLessThan(1e-5);
    expect(largest(manual.weights, unrolled.weights)).toBeLessThan(1e-5);
    expect(largest(manual.predicted, unrolled.predicted)).toBeLessThan(1e-5);
    expect(manual.losses.at(-1)).toBeLessThan(manual.losses[0] as number);
  });
});
