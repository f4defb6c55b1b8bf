import { expect, it } from 'vitest';
import { initialBias } from './initial-bias';

const gru = (options = {}) => ({ type: 'GRUCell', options: { num_units: 3, ...options } });

it('a GRU begins with gates of 1 and a candidate of 0, unless it has an initialiser', () => {
  expect(initialBias(gru(), 'rnn/gru_cell/gates/bias')).toBe(1);
  expect(initialBias(gru({ bias_initializer: null }), 'gru_cell/candidate/bias')).toBe(0);
  const half = gru({ bias_initializer: { type: 'constant', value: 0.5 } });
  expect(initialBias(half, 'gru_cell/gates/bias')).toBe(0.5);
  expect(initialBias(half, 'gru_cell/candidate/bias')).toBe(0.5);
});

it('the others of the core begin with 0', () => {
  for (const type of ['BasicRNNCell', 'BasicLSTMCell', 'LSTMCell'])
    expect(initialBias({ type, options: { num_units: 3 } }, 'rnn/cell/bias')).toBe(0);
});

it('of what the documentation does not say, nothing is claimed', () => {
  expect(initialBias({ type: 'CFNCell', options: { num_units: 3 } }, 'cfn_cell/bias')).toBeUndefined();
  expect(initialBias(gru({ bias_initializer: { type: 'random_normal' } }), 'gru_cell/gates/bias')).toBeUndefined();
});
