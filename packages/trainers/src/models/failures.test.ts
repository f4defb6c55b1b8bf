import { BasicLSTMCell, GRUCell, LSTMCell, MultiRNNCell, type RNNCell, randomNormal } from '@rnn/cells';
import { type Tensor, type Tensor2D, type Tensor3D, tensor3d, tidy, zeros } from '@tensorflow/tfjs-core';
import { expectNoLeak, sequenceOf } from 'testing';
import { expect, test } from 'vitest';
import type { Model } from './model';
import { sequenceClassifier } from './sequence-classifier';
import { unfusedCell } from './unfused-cell.fixture';

const values = (model: Model, name: string) => [...(model.variables.get(name) as Tensor).dataSync()];

test('a first apply that throws leaves nothing alive, and the model and its cell as new', () => {
  const cell = new MultiRNNCell([unfusedCell(), new LSTMCell(3, { usePeepholes: true })]);
  const model = sequenceClassifier({ cell, classes: 2, kernel: 'fused' });
  const inputs = tensor3d(sequenceOf(2 * 3 * 2, 1), [2, 3, 2]);
  for (let time = 0; time < 2; time++) {
    expect(() => expectNoLeak(() => model.apply(inputs))).toThrow(
      "dynamicRnn: expected a fused kernel, as kernel: 'fused' asks",
    );
    expect([model.variables.size, cell.variables.size]).toEqual([0, 0]);
  }
  inputs.dispose();
});

test('a first apply of a cell that throws in its second step leaves nothing alive, a later one keeps what was built', () => {
  let calls = 0;
  const inner = unfusedCell();
  const cell: RNNCell = {
    stateSize: inner.stateSize,
    outputSize: inner.outputSize,
    get variables() {
      return inner.variables;
    },
    build: (inputSize, context) => inner.build(inputSize, context),
    call: (x: Tensor2D, state) => {
      if (++calls === 2) throw new Error('second step');
      return inner.call(x, state as Parameters<typeof inner.call>[1]);
    },
    dispose: () => inner.dispose(),
  };
  const model = sequenceClassifier({ cell, classes: 2 });
  const inputs = tensor3d(sequenceOf(2 * 3 * 2, 1), [2, 3, 2]);
  expect(() => expectNoLeak(() => model.apply(inputs))).toThrow('second step');
  expect(model.variables.size).toBe(0);
  model.apply(inputs).dispose();
  const kernel = values(model, 'dense/kernel');
  calls = 0;
  expect(() => expectNoLeak(() => model.apply(inputs))).toThrow('second step');
  expect(values(model, 'dense/kernel')).toEqual(kernel);
  model.dispose();
  expect(inner.variables.size).toBe(0);
  inputs.dispose();
});

test('a cell that is built in part is refused with the remedy, which works; the part keeps its weights', () => {
  const lstm = new LSTMCell(4, { inputSize: 5 });
  const cell = new MultiRNNCell([lstm, new GRUCell(3)]);
  const model = sequenceClassifier({ cell, classes: 2 });
  const inputs = tensor3d(sequenceOf(2 * 3 * 5, 1), [2, 3, 5]);
  const before = [...lstm.variables.values()];
  for (const call of [() => model.apply(inputs), () => model.build([3, 5])]) {
    expect(() => expectNoLeak<unknown>(call)).toThrow(
      'sequenceClassifier.build: expected a cell that has all of its variables or none, got one that has 2 of 6. ' +
        'Call cell.build(5) first, or make its parts without inputSize.',
    );
  }
  expect([...lstm.variables.values()]).toEqual(before);
  expect(before.some(({ isDisposed }) => isDisposed)).toBe(false);
  cell.build(5);
  for (let time = 0; time < 2; time++) {
    expect(tidy(() => model.apply(inputs).shape)).toEqual([2, 2]);
    model.dispose();
    expect(cell.variables.size).toBe(6);
  }
  cell.dispose();
  inputs.dispose();
});

test('a model can be used again after dispose, layers of cells too', () => {
  const model = sequenceClassifier({ cell: new MultiRNNCell([new LSTMCell(4), new GRUCell(3)]), classes: 2 });
  const inputs = tensor3d(sequenceOf(2 * 3 * 5, 1), [2, 3, 5]);
  expectNoLeak(() => {
    for (let time = 0; time < 2; time++) {
      model.apply(inputs).dispose();
      model.dispose();
    }
  });
  inputs.dispose();
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
  expect(() => sequenceClassifier({ cell, classes: 2, runner: 'static', swapMemory: true })).toThrow(
    "sequenceClassifier: expected runner 'dynamic' with swapMemory, got 'static'",
  );
  const x: Tensor3D = zeros([1, 2, 2]);
  for (const [runner, where] of [
    ['dynamic', 'dynamicRnn'],
    ['static', 'staticRnn'],
  ] as const) {
    expect(() => sequenceClassifier({ cell, classes: 2, runner, kernel: 'fast' as 'fused' }).apply(x)).toThrow(
      `${where}: expected kernel to be one of auto, fused, reference, got 'fast'`,
    );
  }
  x.dispose();
  expect(() => sequenceClassifier({ cell, classes: 2 }).build([28])).toThrow(
    'sequenceClassifier.build: expected inputShape to be [T, D], both above 0, got [28]',
  );
});
