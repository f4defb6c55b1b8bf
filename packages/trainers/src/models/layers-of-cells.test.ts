import { BasicLSTMCell, DropoutWrapper, GRUCell, LSTMCell, MultiRNNCell } from '@rnn/cells';
import { stackBidirectionalDynamicRnn } from '@rnn/unroll';
import { tensor2d, tensor3d, tidy, zeros } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { valueAndGradients } from '../gradients/value-and-gradients';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import type { Model } from './model';
import { runningSumCell } from './running-sum-cell.fixture';
import { scaledSumCell } from './scaled-sum-cell.fixture';
import { type SequenceClassifierOptions, sequenceClassifier } from './sequence-classifier';

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
    const none = 'to be an RNNCell, got';
    refuses(
      { cell: GRUCell as never },
      `sequenceClassifier: expected cell ${none} a function. Make one of the class, with new.`,
    );
    refuses({ cell: [undefined as never] }, `sequenceClassifier: expected cell ${none} undefined`);
    refuses({ backwardCell: [new GRUCell(2), 8 as never] }, `sequenceClassifier: expected backwardCell ${none} 8`);
    refuses({ head: 'last' }, 'sequenceClassifier: expected a backwardCell with head, got none');
    refuses(
      { backwardCell, head: 'first' as 'last' },
      "sequenceClassifier: expected head to be one of ends, last, got 'first'",
    );
  });
});
