import { describe, expect, it } from 'vitest';
import { BasicRNNCell } from '../core/basic-rnn-cell';
import { LSTMCell } from '../core/lstm-cell';
import { LSTMStateTuple } from '../state';
import { checkStep, type RowStep } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { cut, each, plus, product, type Row } from '../testing/float64';
import { countingCell } from '../testing/plain-cells';
import { AttentionCellWrapper } from './attention-cell-wrapper';

/** The equations, around a `BasicRNNCell`, for an attention over `length` outputs. */
const stepWith =
  (length: number): RowStep =>
  (x, [h = [], attention = [], memory = []], weights) => {
    const of = (name: string) => weights[`attention_cell_wrapper/${name}`] ?? [];
    const dense = (v: Row, scope: string): Row => each(plus, product(v, of(`${scope}kernel`)), of(`${scope}bias`));
    const y = dense([...dense([...x, ...attention], ''), ...h], 'basic_rnn_cell/').map(Math.tanh);
    const query = dense(y, 'attention/');
    const rows = cut(memory, length);
    const fits = rows.map((row) => {
      const compared = each((m, q) => Math.tanh(m + q), product(row, of('attention/attn_w')), query);
      return Math.exp(each((v, t) => v * t, of('attention/attn_v'), compared).reduce(plus));
    });
    const total = fits.reduce(plus);
    const weighted = rows.map((row, l) => row.map((value) => (value * (fits[l] as number)) / total));
    const newAttention = weighted.reduce((a, b) => each(plus, a, b));
    const output = dense([...y, ...newAttention], 'attn_output_projection/');
    return { output, state: [y, newAttention, [...rows.slice(1).flat(), ...output]] };
  };

describe('AttentionCellWrapper', () => {
  it.each([1, 2, 4])('is one step of its equations over %d outputs, and so are its gradients', (attnLength) => {
    const shape = { inputSize: 3, batchSize: 2 };
    checkStep(new AttentionCellWrapper(new BasicRNNCell(2), { attnLength }), shape, stepWith(attnLength));
    const sizes = { attnLength, attnSize: 3, attnVecSize: 4, inputSize: 1 };
    checkStep(new AttentionCellWrapper(new BasicRNNCell(2), sizes), shape, stepWith(attnLength));
  });

  it('holds its state in one tensor with stateIsTuple: false', () => {
    const wrapper = new AttentionCellWrapper(new BasicRNNCell(2), { attnLength: 2, attnSize: 3, stateIsTuple: false });
    expect(wrapper.stateSize).toBe(2 + 3 + 6);
    checkStep(wrapper, { inputSize: 3, batchSize: 2 }, (x, [joined = []], weights) => {
      const parts = [joined.slice(0, 2), joined.slice(2, 5), joined.slice(5)];
      const { output, state } = stepWith(2)(x, parts, weights);
      return { output, state: [state.flat()] };
    });
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const wrapper = new AttentionCellWrapper(new LSTMCell(3), { attnLength: 2, attnSize: 4, attnVecSize: 5 });
    wrapper.build(6, { scope: 'rnn' });
    expect([...wrapper.variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['rnn/attention_cell_wrapper/kernel', [10, 6]],
      ['rnn/attention_cell_wrapper/bias', [6]],
      ['rnn/attention_cell_wrapper/lstm_cell/kernel', [9, 12]],
      ['rnn/attention_cell_wrapper/lstm_cell/bias', [12]],
      ['rnn/attention_cell_wrapper/attention/attn_w', [1, 1, 4, 5]],
      ['rnn/attention_cell_wrapper/attention/attn_v', [5]],
      ['rnn/attention_cell_wrapper/attention/kernel', [6, 5]],
      ['rnn/attention_cell_wrapper/attention/bias', [5]],
      ['rnn/attention_cell_wrapper/attn_output_projection/kernel', [7, 4]],
      ['rnn/attention_cell_wrapper/attn_output_projection/bias', [4]],
    ]);
    expect([wrapper.stateSize, wrapper.outputSize]).toEqual([[new LSTMStateTuple(3, 3), 4, 8], 4]);
  });

  it('refuses sizes that are none, and a tuple where the state is to be one tensor', () => {
    for (const name of ['attnLength', 'attnSize', 'attnVecSize', 'inputSize']) {
      expectThrows(
        () => new AttentionCellWrapper(countingCell(2), { attnLength: 2, [name]: 0 }),
        `AttentionCellWrapper: expected ${name} to be a positive integer, got 0`,
      );
    }
    expectThrows(
      () => new AttentionCellWrapper(new LSTMCell(2), { attnLength: 2, stateIsTuple: false }),
      'AttentionCellWrapper: expected a cell whose state is one tensor, with stateIsTuple: false, got a tuple. Give the cell stateIsTuple: false too.',
    );
    const wrapper = new AttentionCellWrapper(new BasicRNNCell(2), { attnLength: 2 });
    const h = new BasicRNNCell(2).zeroState(3);
    expectThrows(
      () => wrapper.call(h, h as never),
      'AttentionCellWrapper.call: expected state to have shape ([3, 2], [3, 2], [3, 4]), got [3, 2]',
    );
  });
});
