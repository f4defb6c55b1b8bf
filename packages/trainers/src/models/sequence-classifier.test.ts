import { BasicLSTMCell, constant, GRUCell, MultiRNNCell, randomNormal } from '@rnn/cells';
import { dynamicRnn } from '@rnn/unroll';
import {
  add,
  matMul,
  memory,
  profile,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor2d,
  tensor3d,
  tidy,
  util,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { expect, test } from 'vitest';
import { valueAndGradients } from '../gradients/value-and-gradients';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { adam } from '../optimizers/adam';
import type { Model } from './model';
import { runningSumCell } from './running-sum-cell.fixture';
import { sequenceClassifier } from './sequence-classifier';

const values = (model: Model, name: string) => [...(model.variables.get(name) as Tensor).dataSync()];

test('its variables have TensorFlow’s names and shapes, the cell’s first', () => {
  const model = sequenceClassifier({ cell: new BasicLSTMCell(8), classes: 10 });
  expect(model.variables.size).toBe(0);
  model.build([28, 5]);
  expect([...model.variables].map(([name, { shape }]) => [name, shape])).toEqual([
    ['rnn/basic_lstm_cell/kernel', [13, 32]],
    ['rnn/basic_lstm_cell/bias', [32]],
    ['dense/kernel', [8, 10]],
    ['dense/bias', [10]],
  ]);
  model.dispose();
});

test('the logits are the last output times the dense kernel plus the bias', () => {
  const initializers = {
    kernelInitializer: () => Float32Array.of(1, 2, 3, 10, 20, 30),
    biasInitializer: constant(0.5),
  };
  const model = sequenceClassifier({ cell: runningSumCell(2), classes: 3, ...initializers });
  model.build([2, 2]);
  tidy(() => {
    const logits = model.apply(tensor3d([1, 3, 1, 4], [1, 2, 2]));
    expect(logits.shape).toEqual([1, 3]);
    expectClose(logits, [72.5, 144.5, 216.5]); // the last output is [2, 7]
  });
  model.dispose();
});

test('one seed gives one set of first values, whatever else the model holds; another seed gives others', () => {
  const make = (seed: number, units: number) => {
    const cell = new MultiRNNCell([new BasicLSTMCell(4), new GRUCell(units)]);
    const model = sequenceClassifier({ cell, classes: 3, biasInitializer: randomNormal() });
    model.build([5, 2], { seed });
    return model;
  };
  const [first, same, wider, other] = [make(7, 3), make(7, 3), make(7, 6), make(8, 3)];
  for (const name of first.variables.keys()) expect(values(same, name)).toEqual(values(first, name));
  const kernel = 'rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel';
  expect(values(wider, kernel)).toEqual(values(first, kernel));
  for (const name of [kernel, 'dense/kernel', 'dense/bias']) {
    expect(values(other, name)).not.toEqual(values(first, name));
  }
  for (const model of [first, same, wider, other]) model.dispose();
});

test('after setWeights and after every step of an optimiser it predicts by the new weights', () => {
  const cell = new BasicLSTMCell(4);
  const model = sequenceClassifier({ cell, classes: 3, kernel: 'fused' });
  model.build([3, 2], { seed: 1 });
  const inputs = tensor3d(sequenceOf(2 * 3 * 2, 1), [2, 3, 2]);
  const labels = tensor2d([0, 1, 0, 1, 0, 0], [2, 3]);
  const optimizer = adam(0.1);
  const predicts = (): number[] =>
    tidy(() => {
      const logits = model.apply(inputs);
      const [last] = dynamicRnn(cell, inputs, { returnSequences: false, kernel: 'reference' });
      const [kernel, bias] = ['dense/kernel', 'dense/bias'].map((name) => model.variables.get(name) as Tensor);
      expectClose(logits, add(matMul(last, kernel as Tensor2D), bias as Tensor).dataSync());
      return [...logits.dataSync()];
    });
  const seen = [predicts()];
  cell.setWeights({
    'rnn/basic_lstm_cell/kernel': { shape: [6, 16], data: sequenceOf(6 * 16, 2) },
    'rnn/basic_lstm_cell/bias': { shape: [16], data: sequenceOf(16, 3) },
  });
  for (let step = 0; step < 3; step++) {
    seen.push(predicts());
    tidy(() => {
      const loss = () => softmaxCrossEntropy(model.apply(inputs), labels);
      optimizer.applyGradients(model.variables, valueAndGradients(loss, model.variables).gradients);
    });
  }
  seen.push(predicts());
  expect(new Set(seen.map(String)).size).toBe(5);
  optimizer.dispose();
  model.dispose();
});

test('apply builds it when that was not done, and then leaves nothing alive but its result', () => {
  const model = sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 3 });
  const inputs = tensor3d(sequenceOf(2 * 3 * 2, 1), [2, 3, 2]);
  const { numTensors } = memory();
  expect(() => model.apply(zeros([2, 3]) as unknown as Tensor3D)).toThrow(
    'sequenceClassifier.apply: expected inputs to have shape [B, T, D], float32, got [2, 3], float32',
  );
  expect(model.variables.size).toBe(0);
  model.apply(inputs).dispose();
  expect(model.variables.size).toBe(4);
  expectNoLeak(() => model.apply(inputs));
  model.dispose();
  expect(model.variables.size).toBe(0);
  expect(memory().numTensors).toBe(numTensors + 1); // the zeros above
});

test('building it again changes nothing, and for another input size is refused', () => {
  const model = sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 3 });
  model.build([5, 2], { seed: 1 });
  const before = values(model, 'dense/kernel');
  model.build([9, 2], { seed: 2 });
  expect(values(model, 'dense/kernel')).toEqual(before);
  expect(() => model.build([5, 3])).toThrow(
    'sequenceClassifier.build: expected inputShape [5, 2], for which the variables were made, got [5, 3]. Make another model.',
  );
  model.dispose();
  model.build([5, 3]);
  model.dispose();
});

test('a cell that was built before keeps its names, and its weights outlive the model', () => {
  const cell = new BasicLSTMCell(4, { inputSize: 2 });
  const model = sequenceClassifier({ cell, classes: 3 });
  model.build([5, 2]);
  expect([...model.variables.keys()]).toEqual([
    'basic_lstm_cell/kernel',
    'basic_lstm_cell/bias',
    'dense/kernel',
    'dense/bias',
  ]);
  model.dispose();
  expect([...cell.variables.values()].some(({ isDisposed }) => isDisposed)).toBe(false);
  cell.dispose();
});

test('with swapMemory the loss is the same to the bit, and the gradients to rounding', () => {
  const [inputs, labels] = [tensor3d(sequenceOf(2 * 9 * 3, 1), [2, 9, 3]), tensor2d([1, 0, 0, 0, 0, 1], [2, 3])];
  const [want, got] = [false, true].map((swapMemory) => {
    const model = sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 3, swapMemory });
    model.build([9, 3], { seed: 1 });
    return valueAndGradients(() => softmaxCrossEntropy(model.apply(inputs), labels), model.variables);
  }) as [ReturnType<typeof valueAndGradients>, ReturnType<typeof valueAndGradients>];
  expect(got.value.dataSync()).toEqual(want.value.dataSync());
  expect(got.gradients.size).toBe(4);
  for (const [name, gradient] of want.gradients) expectClose(got.gradients.get(name) as Tensor, gradient.dataSync());
});

test('a training step runs the sequence as one operation, and neither transposes, slices nor pads', async () => {
  const model = sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 3, kernel: 'fused' });
  model.build([5, 2]);
  const [inputs, labels] = [tensor3d(sequenceOf(2 * 5 * 2, 1), [2, 5, 2]), tensor2d([1, 0, 0, 0, 0, 1], [2, 3])];
  const step = () => valueAndGradients(() => softmaxCrossEntropy(model.apply(inputs), labels), model.variables);
  const { kernels } = await profile(() => step().value);
  const names = kernels.map(({ name }) => name);
  expect(names.filter((name) => name === 'RnnLayeredSequences')).toEqual(['RnnLayeredSequences']);
  // The head transposes its two matrices.
  const transposed = kernels
    .filter(({ name }) => name === 'Transpose')
    .map(({ outputShapes }) => outputShapes[0]?.length);
  expect(new Set(transposed)).toEqual(new Set([2]));
  for (const name of ['Slice', 'PadV2', 'Pack', 'Unpack', 'ZerosLike', 'Fill']) {
    expect(names).not.toContain(name);
  }
  // Nothing is as large as the outputs of all steps but the inputs' operation itself.
  const widest = Math.max(
    ...kernels.flatMap(({ outputShapes }) => outputShapes.map((shape) => util.sizeFromShape(shape))),
  );
  expect(widest).toBeLessThan(2 * 5 * 4);
  model.dispose();
});
