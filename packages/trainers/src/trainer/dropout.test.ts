import { DropoutWrapper, GRUCell, LayerNormBasicLSTMCell, LSTMCell, MultiRNNCell, ResidualWrapper } from '@rnn/cells';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expectClose } from 'testing';
import { expect, test } from 'vitest';
import { largerStep } from '../examples-of.fixture';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { accuracy } from '../metrics/accuracy';
import { sequenceClassifier } from '../models/sequence-classifier';
import { adam } from '../optimizers/adam';
import { Trainer } from './trainer';

/** The losses of the steps of some fits, with outputs dropped by masks that have no seed of their own. */
async function lossesWithDropout(
  seed: number,
  fits = [8],
  between: (trainer: Trainer) => unknown = () => undefined,
): Promise<number[]> {
  const cell = new DropoutWrapper(new LSTMCell(4), { outputKeepProb: 0.5 });
  const trainer = new Trainer(sequenceClassifier({ cell, classes: 2 }), {
    loss: softmaxCrossEntropy,
    optimizer: adam(0.02),
    seed,
  });
  const losses: number[] = [];
  for (const steps of fits) {
    const { loss } = await trainer.fit(largerStep(40), { steps, batchSize: 10, reportEvery: 1 });
    losses.push(...loss.map(({ value }) => value));
    await between(trainer);
  }
  trainer.dispose();
  return losses;
}

test('the masks of a DropoutWrapper without a seed follow from the trainer’s', async () => {
  const first = await lossesWithDropout(3);
  expect(await lossesWithDropout(3)).toEqual(first);
  expect(await lossesWithDropout(3, [5, 3])).toEqual(first);
  const other = await lossesWithDropout(4);
  for (const [k, value] of first.entries()) expect(other[k]).not.toBe(value);
});

test.each(['dynamic', 'static'] as const)(
  'fit drops; evaluate, predict and a validation do not (%s runner)',
  async (runner) => {
    const dropped = { inputKeepProb: 0.7, outputKeepProb: 0.5, stateKeepProb: 0.8 };
    const normalised = new LayerNormBasicLSTMCell(4, { dropoutKeepProb: 0.5 });
    const cell = new MultiRNNCell([
      new DropoutWrapper(new LSTMCell(4), dropped),
      normalised,
      new ResidualWrapper(new DropoutWrapper(new GRUCell(4), dropped)),
    ]);
    const backwardCell = new DropoutWrapper(new GRUCell(3), { ...dropped, variationalRecurrent: true });
    const options = { loss: softmaxCrossEntropy, metrics: { accuracy }, seed: 1 };
    const trainer = new Trainer(sequenceClassifier({ cell, backwardCell, runner, classes: 2 }), {
      ...{ ...options, optimizer: adam(0.02) },
    });
    const examples = largerStep(40);
    const { loss, validation } = await trainer.fit(examples, {
      ...{ steps: 4, batchSize: 40, reportEvery: 1 },
      validation: examples,
    });
    const measured = await trainer.evaluate(examples);
    expect(validation).toEqual(measured);
    expect(await trainer.evaluate(examples)).toEqual(measured);

    const plainCell = new MultiRNNCell([
      new LSTMCell(4),
      new LayerNormBasicLSTMCell(4),
      new ResidualWrapper(new GRUCell(4)),
    ]);
    const plain = new Trainer(
      sequenceClassifier({ cell: plainCell, backwardCell: new GRUCell(3), runner, classes: 2 }),
      {
        ...{ ...options, optimizer: adam(0.02) },
      },
    );
    const undropped = await plain.fit(examples, { steps: 4, batchSize: 40, reportEvery: 1 });
    // The weights are those of one seed, so that nothing but dropout tells the first losses apart.
    expect(Math.abs((loss[0]?.value as number) - (undropped.loss[0]?.value as number))).toBeGreaterThan(1e-3);
    for (const [name, variable] of plain.model.variables) variable.assign(trainer.model.variables.get(name) as Tensor);
    const want = await plain.evaluate(examples);
    expect(measured.loss).toBeCloseTo(want.loss, 5);
    expectClose(await trainer.predict(examples), await plain.predict(examples));
    trainer.dispose();
    plain.dispose();
  },
);

test('to evaluate between two fits changes no mask of the second', async () => {
  const want = await lossesWithDropout(3);
  expect(await lossesWithDropout(3, [5, 3], (trainer) => trainer.evaluate(largerStep(40)))).toEqual(want);
});
