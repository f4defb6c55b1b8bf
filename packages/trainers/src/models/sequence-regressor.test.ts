import { BasicLSTMCell } from '@rnn/cells';
import { dispose, tensor3d } from '@tensorflow/tfjs-core';
import { expectClose } from 'testing';
import { expect, test } from 'vitest';
import { runningSumCell } from './running-sum-cell.fixture';
import { sequenceRegressor } from './sequence-regressor';

test('without a width the last output itself is the prediction', () => {
  const model = sequenceRegressor({ cell: runningSumCell(1), runner: 'static' });
  const inputs = tensor3d([1, 2, 4, 8], [2, 2, 1]);
  const prediction = model.apply(inputs);
  expect(prediction.shape).toEqual([2, 1]);
  expectClose(prediction, [3, 12]);
  expect(model.variables.size).toBe(0);
  dispose([inputs, prediction]);
});

test('with a width a dense layer makes it', () => {
  const model = sequenceRegressor({ cell: new BasicLSTMCell(20), outputs: 2 });
  model.build([10, 1]);
  expect([...model.variables].map(([name, { shape }]) => [name, shape])).toEqual([
    ['rnn/basic_lstm_cell/kernel', [21, 80]],
    ['rnn/basic_lstm_cell/bias', [80]],
    ['dense/kernel', [20, 2]],
    ['dense/bias', [2]],
  ]);
  model.dispose();
});

test('a width that is none is told', () => {
  expect(() => sequenceRegressor({ cell: new BasicLSTMCell(2), outputs: 0 })).toThrow(
    'sequenceRegressor: expected outputs to be a positive integer, got 0',
  );
});
