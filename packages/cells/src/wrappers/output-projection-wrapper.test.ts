import { describe, expect, it } from 'vitest';
import { BasicRNNCell } from '../core/basic-rnn-cell';
import { LSTMCell } from '../core/lstm-cell';
import { checkStep, randomShapes } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { each, plus, product, type Row } from '../testing/float64';
import { countingCell } from '../testing/plain-cells';
import { OutputProjectionWrapper } from './output-projection-wrapper';

describe('OutputProjectionWrapper', () => {
  it.each(randomShapes)('steps, then projects, for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    const wrapper = new OutputProjectionWrapper(new BasicRNNCell(numUnits), { outputSize: 2, activation: 'tanh' });
    checkStep(wrapper, shape, (x, [h = []], weights) => {
      const dense = (v: Row, name: string): Row => {
        const { [`${name}/kernel`]: kernel = [], [`${name}/bias`]: bias = [] } = weights;
        return each(plus, product(v, kernel), bias).map(Math.tanh);
      };
      const next = dense([...x, ...h], 'output_projection_wrapper/basic_rnn_cell');
      return { output: dense(next, 'output_projection_wrapper'), state: [next] };
    });
  });

  it('makes its weights after those of its cell, in its own scope', () => {
    const wrapper = new OutputProjectionWrapper(new LSTMCell(3), { outputSize: 2 });
    wrapper.build(4, { scope: 'rnn' });
    expect([...wrapper.variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['rnn/output_projection_wrapper/lstm_cell/kernel', [7, 12]],
      ['rnn/output_projection_wrapper/lstm_cell/bias', [12]],
      ['rnn/output_projection_wrapper/kernel', [3, 2]],
      ['rnn/output_projection_wrapper/bias', [2]],
    ]);
    expect([wrapper.stateSize, wrapper.outputSize]).toEqual([wrapper.cell.stateSize, 2]);
  });

  it('refuses what is no cell and no size', () => {
    expectThrows(
      () => new OutputProjectionWrapper({} as never, { outputSize: 2 }),
      'OutputProjectionWrapper: expected cell to be a cell, with call, stateSize and outputSize, got an object without call',
    );
    expectThrows(
      () => new OutputProjectionWrapper(countingCell(2), { outputSize: 1.5 }),
      'OutputProjectionWrapper: expected outputSize to be a positive integer, got 1.5',
    );
    expectThrows(
      () => new OutputProjectionWrapper(countingCell(2), { outputSize: 1, reuse: true }),
      'OutputProjectionWrapper: expected a store together with reuse: true, got none. Pass the VariableStore that holds the variables, or share one instance of the cell.',
    );
  });
});
