import { BasicLSTMCell, constant, GRUCell, MultiRNNCell, randomNormal } from '@rnn/cells';
import { memory, type Tensor, type Tensor3D, tensor3d, tidy, zeros } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { expect, test } from 'vitest';
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

test('a model that cannot be built leaves nothing behind, and can be built when the cause is gone', () => {
  let broken = true;
  const model = sequenceClassifier({
    cell: new BasicLSTMCell(4),
    classes: 3,
    kernelInitializer: (shape, random) => {
      if (broken) throw new Error('no values');
      return randomNormal()(shape, random);
    },
  });
  expect(() => expectNoLeak(() => model.build([5, 2]))).toThrow('no values');
  expect(model.variables.size).toBe(0);
  broken = false;
  model.build([5, 2]);
  expect(model.variables.size).toBe(4);
  model.dispose();
});

test('arguments that do not fit are told', () => {
  const cell = new BasicLSTMCell(4);
  expect(() => sequenceClassifier({ cell, classes: 2.5 })).toThrow(
    'sequenceClassifier: expected classes to be a positive integer, got 2.5',
  );
  expect(() => sequenceClassifier({ cell, classes: 2, runner: 'statik' as 'static' })).toThrow(
    "sequenceClassifier: expected runner to be one of dynamic, static, got 'statik'",
  );
  expect(() => sequenceClassifier({ cell, classes: 2, kernel: 'fast' as 'fused' })).toThrow(
    "sequenceClassifier: expected kernel to be one of auto, fused, reference, got 'fast'",
  );
  expect(() => sequenceClassifier({ cell, classes: 2 }).build([28])).toThrow(
    'sequenceClassifier.build: expected inputShape to be [T, D], both above 0, got [28]',
  );
});
