import { useBackend } from '@rnn/backends';
import { BasicLSTMCell } from '@rnn/cells';
import { sequenceClassifier, softmaxCrossEntropy, valueAndGradients } from '@rnn/trainers';
import { type Tensor3D, tensor2d, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { beforeAll, expect, it } from 'vitest';
import { SwappingClassifier } from './swapping-classifier';

beforeAll(async () => {
  await useBackend('cpu');
});

it('is the classifier of @rnn/trainers: its variables from one seed, its loss and its gradients', () => {
  const inputs = tensor3d(sequenceOf(2 * 9 * 3, 1), [2, 9, 3]) as Tensor3D;
  const labels = tensor2d([1, 0, 0, 0, 0, 1], [2, 3]);
  const want = sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 3 });
  const swapping = new SwappingClassifier(new BasicLSTMCell(4), 3, 'auto');
  for (const model of [want, swapping]) model.build([9, 3], { seed: 1 });
  expect([...swapping.variables.keys()]).toEqual([...want.variables.keys()]);
  const [expected, got] = [want, swapping].map((model) =>
    valueAndGradients(() => softmaxCrossEntropy(model.apply(inputs), labels), model.variables),
  ) as [ReturnType<typeof valueAndGradients>, ReturnType<typeof valueAndGradients>];
  expectClose(got.value, expected.value.dataSync());
  for (const [name, gradient] of expected.gradients)
    expectClose(got.gradients.get(name) ?? tensor2d([[Number.NaN]]), gradient.dataSync());
  expectNoLeak(() => tidy(() => void swapping.apply(inputs)));
});
