import { sub, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, it } from 'vitest';
import { BasicRNNCell } from '../core/basic-rnn-cell';
import { GRUCell } from '../core/gru-cell';
import { LSTMCell } from '../core/lstm-cell';
import { checkStep } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { each, plus, product } from '../testing/float64';
import { countingCell } from '../testing/plain-cells';
import { DropoutWrapper } from './dropout-wrapper';
import { ResidualWrapper } from './residual-wrapper';

const matrix = (rows: number, columns: number, seed: number): Tensor2D =>
  tensor2d(sequenceOf(rows * columns, seed), [rows, columns]);
const sumOf = (a: Tensor2D, b: Tensor2D) => {
  const more = b.dataSync();
  return a.dataSync().map((value, n) => value + (more[n] as number));
};

describe('ResidualWrapper', () => {
  it('adds the input to the output and leaves the state', () => {
    const cell = new LSTMCell(3, { inputSize: 3 });
    const wrapper = new ResidualWrapper(cell);
    expect([wrapper.stateSize, wrapper.outputSize]).toEqual([cell.stateSize, 3]);
    const [x, state] = [matrix(4, 3, 1), cell.zeroState(4)];
    const [output, next] = wrapper.call(x, state);
    const [inner, want] = cell.call(x, state);
    expectClose(output, sumOf(x, inner));
    expectClose(next.c, want.c.dataSync());
    expectClose(next.h, want.h.dataSync());
  });

  it('passes gradients both ways', () => {
    checkStep(new ResidualWrapper(new BasicRNNCell(3)), { inputSize: 3, batchSize: 2 }, (x, [h = []], weights) => {
      const { 'basic_rnn_cell/kernel': kernel = [], 'basic_rnn_cell/bias': bias = [] } = weights;
      const next = each(plus, product([...x, ...h], kernel), bias).map(Math.tanh);
      return { output: each(plus, x, next), state: [next] };
    });
  });

  it('joins them by residualFn, where one is given', () => {
    const cell = countingCell(3);
    const wrapper = new ResidualWrapper(cell, { residualFn: (x, y) => sub(x, y) });
    const [x, state] = [matrix(4, 3, 1), wrapper.zeroState(4)];
    expectClose(wrapper.call(x, state)[0], new Array(12).fill(0));
  });

  it('adds no scope of its own', () => {
    const wrapper = new ResidualWrapper(new GRUCell(2));
    wrapper.build(2, { scope: 'rnn' });
    expect([...wrapper.variables.keys()]).toEqual([
      'rnn/gru_cell/gates/kernel',
      'rnn/gru_cell/gates/bias',
      'rnn/gru_cell/candidate/kernel',
      'rnn/gru_cell/candidate/bias',
    ]);
    wrapper.dispose();
    expect(wrapper.variables.size).toBe(0);
  });

  it('wraps the cells of others, and draws for a sequence where its cell does', () => {
    const wrapper = new ResidualWrapper(countingCell(2));
    expect(wrapper.forSequence(4, 2)).toBe(wrapper);
    expect(wrapper.variables.size).toBe(0);
    const [x, state] = [matrix(4, 2, 1), wrapper.zeroState(4)];
    expectClose(wrapper.call(x, state)[0], sumOf(x, x));
    const options = { inputKeepProb: 0.5, variationalRecurrent: true, seed: 3 };
    const drawn = new ResidualWrapper(new DropoutWrapper(countingCell(2), options)).forSequence(4, 2);
    expect(drawn.call(x, state)[0].dataSync()).toEqual(drawn.call(x, state)[0].dataSync());
  });

  it('leaves as many tensors as it found, and no weights of a call that throws', () => {
    const wrapper = new ResidualWrapper(new GRUCell(2, { inputSize: 2 }));
    const [x, wide, state] = [matrix(4, 2, 1), matrix(4, 3, 1), wrapper.zeroState(4)];
    expectNoLeak(() => wrapper.call(x, state));
    expectThrows(
      () => wrapper.call(wide, state),
      'ResidualWrapper.call: expected inputs as wide as the output, [B, 2], got [4, 3]. Give a residualFn that brings both to one width.',
    );
    const odd = new ResidualWrapper(new GRUCell(2), { residualFn: (x) => x });
    expectThrows(() => odd.call(wide, state), 'ResidualWrapper.call: expected residualFn to return [4, 2], got [4, 3]');
    expect(odd.variables.size).toBe(0);
  });

  it('refuses what is no cell or no tensor', () => {
    expectThrows(
      () => new ResidualWrapper(undefined as never),
      'ResidualWrapper: expected cell to be a cell, with call, stateSize and outputSize, got undefined',
    );
    const wrapper = new ResidualWrapper(countingCell(2));
    expectThrows(
      () => wrapper.call(undefined as never, undefined as never),
      'ResidualWrapper.call: expected inputs to be a tensor [B, D], got undefined',
    );
  });
});
