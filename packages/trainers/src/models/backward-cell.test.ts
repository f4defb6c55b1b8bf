import { BasicLSTMCell, constant } from '@rnn/cells';
import { profile, tensor2d, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { valueAndGradients } from '../gradients/value-and-gradients';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import type { Model } from './model';
import { runningSumCell } from './running-sum-cell.fixture';
import { scaledSumCell } from './scaled-sum-cell.fixture';
import { sequenceClassifier } from './sequence-classifier';
import { unfusedCell } from './unfused-cell.fixture';

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
    const cells = { ...both(), backwardCell: unfusedCell() };
    const model = sequenceClassifier({ ...cells, classes: 2, kernel: 'fused' });
    const inputs = tensor3d(sequenceOf(2 * 3 * 2, 1), [2, 3, 2]);
    expect(() => expectNoLeak(() => model.apply(inputs))).toThrow('bidirectionalDynamicRnn: expected a fused kernel');
    expect([cells.cell.variables.size, cells.backwardCell.variables.size]).toEqual([0, 0]);
    inputs.dispose();
  });
});
