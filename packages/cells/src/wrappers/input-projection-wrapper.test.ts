import { expectNoLeak } from 'testing';
import { describe, expect, it } from 'vitest';
import { BasicRNNCell } from '../core/basic-rnn-cell';
import { LSTMCell } from '../core/lstm-cell';
import { checkStep, randomShapes } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { each, plus, product, type Row } from '../testing/float64';
import { countingCell } from '../testing/plain-cells';
import { VariableStore } from '../weights/variable-store';
import { DropoutWrapper } from './dropout-wrapper';
import { InputProjectionWrapper } from './input-projection-wrapper';

describe('InputProjectionWrapper', () => {
  it.each(randomShapes)('projects, then steps, for %o, and so are its gradients', ({ numUnits, ...shape }) => {
    const wrapper = new InputProjectionWrapper(new BasicRNNCell(numUnits), { numProj: 2, activation: 'sigmoid' });
    checkStep(wrapper, shape, (x, [h = []], weights) => {
      const dense = (v: Row, name: string): Row => {
        const { [`${name}/kernel`]: kernel = [], [`${name}/bias`]: bias = [] } = weights;
        return each(plus, product(v, kernel), bias);
      };
      const projected = dense(x, 'input_projection_wrapper').map((value) => 1 / (1 + Math.exp(-value)));
      const next = dense([...projected, ...h], 'input_projection_wrapper/basic_rnn_cell').map(Math.tanh);
      return { output: next, state: [next] };
    });
  });

  it('makes its weights before those of its cell, all in its own scope', () => {
    const wrapper = new InputProjectionWrapper(new LSTMCell(3), { numProj: 2 });
    expect(wrapper.variables.size).toBe(0);
    wrapper.build(4, { scope: 'rnn' });
    expect([...wrapper.variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['rnn/input_projection_wrapper/kernel', [4, 2]],
      ['rnn/input_projection_wrapper/bias', [2]],
      ['rnn/input_projection_wrapper/lstm_cell/kernel', [5, 12]],
      ['rnn/input_projection_wrapper/lstm_cell/bias', [12]],
    ]);
    expect([...(wrapper.variables.get('rnn/input_projection_wrapper/bias')?.dataSync() ?? [])]).toEqual([0, 0]);
    expect([wrapper.stateSize, wrapper.outputSize]).toEqual([wrapper.cell.stateSize, 3]);
  });

  it('frees its weights and those of its cell, unless they are in a store', () => {
    const store = new VariableStore();
    const shared = new InputProjectionWrapper(new LSTMCell(3), { numProj: 2, name: 'projection' });
    shared.build(4, { store });
    shared.dispose();
    expect([...store.variables.keys()][0]).toBe('projection/kernel');
    store.dispose();
    expectNoLeak(() => {
      const own = new InputProjectionWrapper(new LSTMCell(3), { numProj: 2 });
      own.build(4);
      own.dispose();
      expect(own.variables.size).toBe(0);
    });
  });

  it('draws for a sequence where its cell does, with the same weights', () => {
    const plain = new InputProjectionWrapper(countingCell(2), { numProj: 2 });
    expect(plain.forSequence(3, 4)).toBe(plain);
    const options = { inputKeepProb: 0.5, variationalRecurrent: true, seed: 3 };
    const wrapper = new InputProjectionWrapper(new DropoutWrapper(new BasicRNNCell(2), options), { numProj: 2 });
    wrapper.build(1);
    const drawn = wrapper.forSequence(3, 1);
    const state = wrapper.zeroState(3);
    const x = new BasicRNNCell(1).zeroState(3);
    expect(drawn.call(x, state)[0].dataSync()).toEqual(drawn.call(x, state)[0].dataSync());
  });

  it('refuses what is no cell, no width, no activation and no inputs', () => {
    const cell = countingCell(2);
    const bad: [() => unknown, string][] = [
      [
        () => new InputProjectionWrapper(undefined as never, { numProj: 2 }),
        'InputProjectionWrapper: expected cell to be a cell, with call, stateSize and outputSize, got undefined',
      ],
      [
        () => new InputProjectionWrapper(cell, { numProj: 0 }),
        'InputProjectionWrapper: expected numProj to be a positive integer, got 0',
      ],
      [
        () => new InputProjectionWrapper(cell, { numProj: 2, activation: 'swish' as never }),
        "InputProjectionWrapper: expected activation to be one of tanh, relu, sigmoid, linear or a function, got 'swish'",
      ],
      [
        () => new InputProjectionWrapper(cell, { numProj: 2 }).call(3 as never, 3 as never),
        'InputProjectionWrapper.call: expected inputs to be a tensor [B, D], got 3',
      ],
    ];
    for (const [call, text] of bad) expectThrows(call, text);
  });

  it('leaves no weights of a call that throws in the cell', () => {
    const broken = new BasicRNNCell(2, {
      activation: () => {
        throw new Error('this activation is broken');
      },
    });
    const wrapper = new InputProjectionWrapper(broken, { numProj: 2 });
    const [x, state] = [new BasicRNNCell(4).zeroState(3), broken.zeroState(3)];
    expectThrows(() => wrapper.call(x, state), 'this activation is broken');
    expect(wrapper.variables.size).toBe(0);
  });
});
