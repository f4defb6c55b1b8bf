import { expectClose, expectNoLeakAsync } from 'testing';
import { expect, test } from 'vitest';
import type { Examples } from '../examples';
import { largerStep, sumOfSteps } from '../examples-of.fixture';
import { classifierTrainer } from './classifier-trainer.fixture';

/** The same examples with other targets. */
const withTargets = (
  examples: Examples,
  targetShape: number[],
  targetsOf: (classes: number[]) => number[],
): Examples => ({
  ...examples,
  targetShape,
  *batches(request) {
    for (const batch of examples.batches(request))
      yield { ...batch, targets: Float32Array.from(targetsOf([...batch.targets])) };
  },
});

const oneHotTargets = (classes: number[]) => classes.flatMap((c) => [1 - c, c]);

test('labels may be class numbers of either type, one-hot or shares, another format for training than for validation', async () => {
  const plain = largerStep(20);
  const formats = [
    plain,
    withTargets(plain, [], (classes) => classes),
    withTargets(plain, [2], oneHotTargets),
    withTargets(plain, [2], (classes) => oneHotTargets(classes).map((share) => 0.1 + 0.8 * share)),
  ];
  const run = async (examples: Examples, validation: Examples) => {
    const trainer = classifierTrainer(1);
    const options = { steps: 3, batchSize: 10, reportEvery: 1, validation };
    const { loss, validation: measured } = await trainer.fit(examples, options);
    trainer.dispose();
    return { losses: loss.map(({ value }) => value), measured };
  };
  const want = await run(plain, plain);
  for (const [k, format] of formats.entries()) {
    const [trained, validated] = [await run(format, plain), await run(plain, format)];
    expect(validated.measured?.accuracy).toBe(want.measured?.accuracy);
    if (k === 3) {
      expect(trained.losses[0]).not.toBeCloseTo(want.losses[0] as number, 4);
      continue;
    }
    expectClose(trained.losses, want.losses, 1e-5);
    expectClose([validated.measured?.loss as number], [want.measured?.loss as number]);
  }
});

test('a validation whose targets the loss cannot use is told before the first update', async () => {
  const trainer = classifierTrainer();
  const validation = sumOfSteps(4);
  const fit = () => trainer.fit(largerStep(8), { steps: 1, batchSize: 4, validation });
  await expect(expectNoLeakAsync<unknown>(fit)).rejects.toThrow(
    'fit: expected validation to have targets that the loss and the metrics can use, got targetShape [1]. softmaxCrossEntropy: expected labels to have shape [1, 2], one-hot or shares, or [1], class numbers, got [1, 1], float32',
  );
  expect(trainer.step).toBe(0);
});
