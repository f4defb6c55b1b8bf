import {
  BasicLSTMCell,
  constant,
  DropoutWrapper,
  GRUCell,
  LSTMCell,
  MultiRNNCell,
  type RNNCell,
  randomNormal,
} from '@rnn/cells';
import { dynamicRnn, stackBidirectionalDynamicRnn } from '@rnn/unroll';
import {
  add,
  matMul,
  memory,
  mul,
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
import { describe, expect, test } from 'vitest';
import { valueAndGradients } from '../gradients/value-and-gradients';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { adam } from '../optimizers/adam';
import type { Model } from './model';
import { runningSumCell } from './running-sum-cell.fixture';
import { type SequenceClassifierOptions, sequenceClassifier } from './sequence-classifier';

/** As `runningSumCell(1)`, whose output is multiplied. */
const scaledSumCell = (scale: number): RNNCell<Tensor2D> => ({
  ...runningSumCell(1),
  call: (x, sum) => [mul(add(sum, x), scale), add(sum, x)],
});

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

describe('with a backward cell', () => {
  const both = (units = 4) => ({ cell: new BasicLSTMCell(units), backwardCell: new BasicLSTMCell(units + 1) });

  test('its variables have TensorFlow’s names for both directions, and the head sees both outputs', () => {
    const model = sequenceClassifier({ ...both(), classes: 3 });
    model.build([5, 2]);
    expect([...model.variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['bidirectional_rnn/fw/basic_lstm_cell/kernel', [6, 16]],
      ['bidirectional_rnn/fw/basic_lstm_cell/bias', [16]],
      ['bidirectional_rnn/bw/basic_lstm_cell/kernel', [7, 20]],
      ['bidirectional_rnn/bw/basic_lstm_cell/bias', [20]],
      ['dense/kernel', [9, 3]],
      ['dense/bias', [3]],
    ]);
    model.dispose();
    expect(model.variables.size).toBe(0);
  });

  test('the logits are both last outputs times the dense kernel', () => {
    const cells = { cell: runningSumCell(1), backwardCell: scaledSumCell(10) };
    const kernelInitializer = () => Float32Array.of(1, 2, 100, 200);
    const model = sequenceClassifier({ ...cells, classes: 2, kernelInitializer });
    model.build([3, 1]);
    expectClose(
      tidy(() => model.apply(tensor3d([1, 2, 4], [1, 3, 1])).dataSync()),
      [7 + 7000, 14 + 14000],
    );
    model.dispose();
  });

  test('every variable is trained, in both directions by one operation', async () => {
    const model = sequenceClassifier({ ...both(), classes: 3 });
    model.build([5, 2], { seed: 1 });
    const [inputs, labels] = [tensor3d(sequenceOf(2 * 5 * 2, 1), [2, 5, 2]), tensor2d([1, 0, 0, 0, 0, 1], [2, 3])];
    const step = () => valueAndGradients(() => softmaxCrossEntropy(model.apply(inputs), labels), model.variables);
    const { kernels } = await profile(() => step().value);
    expect(kernels.filter(({ name }) => name === 'RnnLayeredSequences').length).toBe(1);
    const { gradients } = step();
    expect([...gradients.keys()]).toEqual([...model.variables.keys()]);
    for (const gradient of gradients.values())
      expect(Math.max(...gradient.dataSync().map(Math.abs))).toBeGreaterThan(0);
    model.dispose();
  });

  test('the static runner gives the same logits', () => {
    const cells = both();
    const [model, listed] = [undefined, 'static' as const].map((runner) =>
      sequenceClassifier({ ...cells, classes: 3, runner, kernelInitializer: constant(0.3) }),
    ) as [Model, Model];
    tidy(() => {
      const inputs = tensor3d(sequenceOf(2 * 5 * 2, 1), [2, 5, 2]);
      expectClose(listed.apply(inputs), model.apply(inputs).dataSync());
    });
    for (const each of [listed, model]) each.dispose();
  });

  test('a cell that was built before outlives the model, the other does not', () => {
    const cells = both();
    cells.backwardCell.build(2, { scope: 'mine' });
    const model = sequenceClassifier({ ...cells, classes: 3 });
    model.build([5, 2]);
    expect([...model.variables.keys()].slice(1, 3)).toEqual([
      'bidirectional_rnn/fw/basic_lstm_cell/bias',
      'mine/basic_lstm_cell/kernel',
    ]);
    model.dispose();
    expect([cells.cell.variables.size, cells.backwardCell.variables.size]).toEqual([0, 2]);
    cells.backwardCell.dispose();
  });

  test('cells whose variables have the same names are refused, and one cell for both', () => {
    const built = () => new BasicLSTMCell(4, { inputSize: 2 });
    const once = new BasicLSTMCell(4);
    for (const [cells, name] of [
      [{ cell: built(), backwardCell: built() }, 'basic_lstm_cell'],
      [{ cell: once, backwardCell: once }, 'bidirectional_rnn/fw/basic_lstm_cell'],
    ] as const) {
      const model = sequenceClassifier({ ...cells, classes: 3 });
      expect(() => expectNoLeak(() => model.build([5, 2]))).toThrow(
        'sequenceClassifier.build: expected cell and backwardCell to have variables of their own, under different names, ' +
          `got ${name}/kernel, ${name}/bias twice. Make two cells without inputSize, or call build(2, { scope }) of each with another scope.`,
      );
      expect(model.variables.size).toBe(0);
    }
    expect(once.variables.size).toBe(0);
  });

  test('a call that throws leaves nothing alive, and both cells as new', () => {
    const cells = { ...both(), backwardCell: odd() };
    const model = sequenceClassifier({ ...cells, classes: 2, kernel: 'fused' });
    const inputs = tensor3d(sequenceOf(2 * 3 * 2, 1), [2, 3, 2]);
    expect(() => expectNoLeak(() => model.apply(inputs))).toThrow('bidirectionalDynamicRnn: expected a fused kernel');
    expect([cells.cell.variables.size, cells.backwardCell.variables.size]).toEqual([0, 0]);
    inputs.dispose();
  });
});

describe('with layers', () => {
  const layers = (units = [4, 3]) => ({
    cell: units.map((n) => new BasicLSTMCell(n)),
    backwardCell: units.map((n) => new BasicLSTMCell(n + 1)),
  });
  const shapes = (model: Model) => [...model.variables].map(([name, { shape }]) => [name, shape]);

  test.each([
    ['dynamic', '/bidirectional_rnn'],
    ['static', ''],
  ] as const)('in both directions its variables have the names of TensorFlow’s %s stack', (runner, inner) => {
    const model = sequenceClassifier({ ...layers(), classes: 3, runner });
    model.build([5, 2]);
    const scope = (k: number) => `stack_bidirectional_rnn/cell_${k}${inner}`;
    expect(shapes(model)).toEqual([
      [`${scope(0)}/fw/basic_lstm_cell/kernel`, [6, 16]],
      [`${scope(0)}/fw/basic_lstm_cell/bias`, [16]],
      [`${scope(0)}/bw/basic_lstm_cell/kernel`, [7, 20]],
      [`${scope(0)}/bw/basic_lstm_cell/bias`, [20]],
      [`${scope(1)}/fw/basic_lstm_cell/kernel`, [12, 12]],
      [`${scope(1)}/fw/basic_lstm_cell/bias`, [12]],
      [`${scope(1)}/bw/basic_lstm_cell/kernel`, [13, 16]],
      [`${scope(1)}/bw/basic_lstm_cell/bias`, [16]],
      ['dense/kernel', [7, 3]],
      ['dense/bias', [3]],
    ]);
    model.dispose();
    expect(model.variables.size).toBe(0);
  });

  test('both runners begin with the same weights and drop the same, whatever TensorFlow calls them', () => {
    const drops = (cells: readonly BasicLSTMCell[]) =>
      cells.map((cell) => new DropoutWrapper(cell, { outputKeepProb: 0.5 }));
    const ends = [undefined, 'static' as const].map((runner) => {
      const { cell, backwardCell } = layers();
      const model = sequenceClassifier({ cell: drops(cell), backwardCell: drops(backwardCell), classes: 3, runner });
      model.build([5, 2], { seed: 9 });
      const weights = [...model.variables.values()].map((variable) => [...variable.dataSync()]);
      const drawn = tidy(() => {
        const inputs = tensor3d(sequenceOf(2 * 5 * 2, 1), [2, 5, 2]);
        return [true, true, false].map((training) => [...model.apply(inputs, { training }).dataSync()]);
      });
      model.dispose();
      return { weights, drawn };
    });
    expect(ends[1]?.weights).toEqual(ends[0]?.weights);
    for (const [i, logits] of (ends[1]?.drawn ?? []).entries()) expectClose(logits, ends[0]?.drawn[i] ?? []);
    expect(new Set(ends[0]?.drawn.map((logits) => logits.join())).size).toBe(3);
  });

  test('a runner of @rnn/unroll that made the weights itself would have given them the same names', () => {
    const [ours, theirs] = [layers(), layers()];
    const model = sequenceClassifier({ ...ours, classes: 3 });
    model.build([5, 2]);
    tidy(() => void stackBidirectionalDynamicRnn(theirs.cell, theirs.backwardCell, zeros([1, 5, 2])));
    const cells = theirs.cell.flatMap((cell, k) => [cell, theirs.backwardCell[k] as BasicLSTMCell]);
    expect([...model.variables.keys()].slice(0, 8)).toEqual(cells.flatMap(({ variables }) => [...variables.keys()]));
    for (const cell of cells) cell.dispose();
    model.dispose();
  });

  test('in one direction they are those of a MultiRNNCell', () => {
    const model = sequenceClassifier({ cell: layers().cell, classes: 3 });
    model.build([5, 2]);
    expect(shapes(model)).toEqual([
      ['rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel', [6, 16]],
      ['rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias', [16]],
      ['rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel', [7, 12]],
      ['rnn/multi_rnn_cell/cell_1/basic_lstm_cell/bias', [12]],
      ['dense/kernel', [3, 3]],
      ['dense/bias', [3]],
    ]);
    model.dispose();
  });

  test.each(['ends', 'last'] as const)('head %s: every variable is trained, and nothing leaks', (head) => {
    const model = sequenceClassifier({ ...layers(), classes: 3, head });
    model.build([5, 2], { seed: 1 });
    const [inputs, labels] = [tensor3d(sequenceOf(2 * 5 * 2, 1), [2, 5, 2]), tensor2d([1, 0, 0, 0, 0, 1], [2, 3])];
    expectNoLeak(() => {
      const loss = () => softmaxCrossEntropy(model.apply(inputs), labels);
      const { value, gradients } = valueAndGradients(loss, model.variables);
      expect([...gradients.keys()]).toEqual([...model.variables.keys()]);
      for (const gradient of gradients.values())
        expect(Math.max(...gradient.dataSync().map(Math.abs))).toBeGreaterThan(0);
      return [value, ...gradients.values()];
    });
    model.dispose();
  });

  test.each(['ends', 'last'] as const)(
    'head %s: fused kernels and swapMemory give the losses of stock operations',
    (head) => {
      const [inputs, labels] = [tensor3d(sequenceOf(2 * 5 * 2, 1), [2, 5, 2]), tensor2d([1, 0, 0, 0, 0, 1], [2, 3])];
      const [want, fused, swapped] = (
        [{ kernel: 'reference' }, { kernel: 'fused' }, { kernel: 'fused', swapMemory: true }] as const
      ).map((options) => {
        const model = sequenceClassifier({ ...layers(), classes: 3, head, ...options });
        model.build([5, 2], { seed: 1 });
        const loss = () => softmaxCrossEntropy(model.apply(inputs), labels);
        const { value, gradients } = valueAndGradients(loss, model.variables);
        const numbers = [value, ...gradients.values()].flatMap((tensor) => [...tensor.dataSync()]);
        model.dispose();
        return numbers;
      }) as [number[], number[], number[]];
      expect(want.length).toBeGreaterThan(100);
      expectClose(fused, want);
      expectClose(swapped, want);
    },
  );

  test('head last reads the last step in time, of which the backward cell has seen that step alone', () => {
    const cells = { cell: runningSumCell(1), backwardCell: scaledSumCell(10) };
    const kernelInitializer = () => Float32Array.of(1, 2, 100, 200);
    const model = sequenceClassifier({ ...cells, classes: 2, kernelInitializer, head: 'last' });
    model.build([3, 1]);
    expectClose(
      tidy(() => model.apply(tensor3d([1, 2, 4], [1, 3, 1])).dataSync()),
      [7 + 4000, 14 + 8000],
    );
    model.dispose();
  });

  test('a layer that was built in part is refused with the size of its own inputs', () => {
    const part = new MultiRNNCell([new LSTMCell(4, { inputSize: 9 }), new GRUCell(3)]);
    const cells = { cell: [new BasicLSTMCell(4), part], backwardCell: layers([5, 3]).cell };
    const model = sequenceClassifier({ ...cells, classes: 2 });
    expect(() => expectNoLeak(() => model.build([3, 2]))).toThrow(
      'sequenceClassifier.build: expected a cell that has all of its variables or none, got one that has 2 of 6. ' +
        'Call cell.build(9) first, or make its parts without inputSize.',
    );
    part.dispose();
  });

  test('layers that do not match and a head without a backward cell are told', () => {
    const { cell, backwardCell } = layers();
    const refuses = (options: Partial<SequenceClassifierOptions>, text: string) =>
      expect(() => sequenceClassifier({ cell, classes: 3, ...options })).toThrow(text);
    const pairs = 'sequenceClassifier: expected cell and backwardCell to be one cell each, or lists of as many, got';
    refuses(
      { backwardCell: backwardCell.slice(1) },
      `${pairs} a list of 2 and a list of 1. Each layer has one of each.`,
    );
    refuses({ backwardCell: new GRUCell(2) }, `${pairs} a list of 2 and one cell. Each layer has one of each.`);
    refuses({ cell: new GRUCell(2), backwardCell }, `${pairs} one cell and a list of 2. Each layer has one of each.`);
    refuses({ cell: [] }, 'sequenceClassifier: expected cell to hold at least one layer, got an empty list');
    refuses({ head: 'last' }, 'sequenceClassifier: expected a backwardCell with head, got none');
    refuses(
      { backwardCell, head: 'first' as 'last' },
      "sequenceClassifier: expected head to be one of ends, last, got 'first'",
    );
  });
});

/** No fused kernel knows its activation. */
const odd = () => new BasicLSTMCell(4, { activation: (x) => add(x, 1) });

test('a first apply that throws leaves nothing alive, and the model and its cell as new', () => {
  const cell = new MultiRNNCell([odd(), new LSTMCell(3, { usePeepholes: true })]);
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
  const inner = odd();
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
