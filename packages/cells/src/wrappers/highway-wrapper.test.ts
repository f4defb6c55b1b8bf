import { describe, expect, it } from 'vitest';
import { BasicRNNCell } from '../core/basic-rnn-cell';
import { checkStep } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { each, plus, product, sigmoid } from '../testing/float64';
import { countingCell } from '../testing/plain-cells';
import { HighwayWrapper } from './highway-wrapper';

const first = (cell: HighwayWrapper<never>, name: string) => [...new Set(cell.variables.get(name)?.dataSync())];

describe('HighwayWrapper', () => {
  it.each([true, false])('carries inputs past its cell, gates coupled: %s, and so are its gradients', (coupled) => {
    const wrapper = new HighwayWrapper(new BasicRNNCell(3), { coupleCarryTransformGates: coupled });
    checkStep(wrapper, { inputSize: 3, batchSize: 2 }, (x, [h = []], weights) => {
      const { 'basic_rnn_cell/kernel': kernel = [], 'basic_rnn_cell/bias': bias = [] } = weights;
      const gate = (name: string) =>
        each(plus, product(x, weights[`${name}_w`] ?? []), weights[`${name}_b`] ?? []).map(sigmoid);
      const y = each(plus, product([...x, ...h], kernel), bias).map(Math.tanh);
      const carry = gate('carry');
      const transform = coupled ? carry.map((t) => 1 - t) : gate('transform');
      return { output: each((x, y, t, u) => x * t + y * u, x, y, carry, transform), state: [y] };
    });
  });

  it('has its weights after those of its cell, directly in the scope', () => {
    const wrapper = new HighwayWrapper(new BasicRNNCell(3), { coupleCarryTransformGates: false, carryBiasInit: 2 });
    wrapper.build(3, { scope: 'rnn' });
    expect([...wrapper.variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['rnn/basic_rnn_cell/kernel', [6, 3]],
      ['rnn/basic_rnn_cell/bias', [3]],
      ['rnn/carry_w', [3, 3]],
      ['rnn/carry_b', [3]],
      ['rnn/transform_w', [3, 3]],
      ['rnn/transform_b', [3]],
    ]);
    const biases = ['rnn/carry_b', 'rnn/transform_b'].map((name) => first(wrapper as never, name));
    expect(biases).toEqual([[2], [-2]]);
  });

  it('carries at first, and has no second gate unless it is asked for', () => {
    const wrapper = new HighwayWrapper(new BasicRNNCell(3));
    wrapper.build(3);
    expect([...wrapper.variables.keys()].slice(2)).toEqual(['carry_w', 'carry_b']);
    expect(first(wrapper as never, 'carry_b')).toEqual([1]);
  });

  it('refuses inputs of another width than the output, and a bias that is no number', () => {
    const wrapper = new HighwayWrapper(new BasicRNNCell(3));
    expectThrows(() => wrapper.build(2), 'HighwayWrapper.build: expected inputs as wide as the output, 3, got 2');
    const [wide, state] = [countingState(4), countingState(3)];
    expectThrows(
      () => wrapper.call(wide, state),
      'HighwayWrapper.build: expected inputs as wide as the output, 3, got 4',
    );
    expect(wrapper.variables.size).toBe(0);
    expectThrows(
      () => new HighwayWrapper(countingCell(2), { carryBiasInit: Number.NaN }),
      'HighwayWrapper: expected carryBiasInit to be a finite number, got NaN',
    );
  });
});

const countingState = (width: number) => new BasicRNNCell(width).zeroState(2);
