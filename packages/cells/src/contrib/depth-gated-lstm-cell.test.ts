import { describe, expect, it } from 'vitest';
import { checkStep, type RowStep } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { cut, each, plus, product, type Row, sigmoid } from '../testing/float64';
import { DepthGatedLSTMCell } from './depth-gated-lstm-cell';

const rowStep: RowStep = (inputs, states, weights) => {
  const next: Row[] = [];
  let x = inputs;
  for (let k = 0; 2 * k < states.length; k++) {
    const [c = [], h = []] = states.slice(2 * k);
    const of = (name: string) => weights[`layer_${k}/${name}`];
    const dense = (v: Row, scope: string): Row =>
      each(plus, product(v, of(`${scope}kernel`) ?? []), of(`${scope}bias`) ?? []);
    const peep = (gate: Row, name: string, c: Row): Row =>
      each((gate, w, c) => sigmoid(gate + w * c), gate, of(name) ?? c.map(() => 0), c);
    const [i = [], j = [], f = [], o = []] = cut(dense([...x, ...h], ''), 4);
    const [forget, take] = [peep(f, 'w_f_diag', c), peep(i, 'w_i_diag', c)];
    let newC = each((f, c, i, j) => f * c + i * Math.tanh(j), forget, c, take, j);
    if (k > 0) {
      const low = next[2 * k - 2] as Row;
      const [prev = [], lower = []] = [of('depth_gate/w_c_prev'), of('depth_gate/w_c_lower')];
      const d = each((a, v, c, w, l) => sigmoid(a + v * c + w * l), dense(x, 'depth_gate/'), prev, c, lower, low);
      newC = each((c, d, l) => c + d * l, newC, d, low);
    }
    x = each((o, c) => o * Math.tanh(c), peep(o, 'w_o_diag', newC), newC);
    next.push(newC, x);
  }
  return { output: x, state: next };
};

describe('DepthGatedLSTMCell', () => {
  it.each([1, 2, 3])('is one step of its equations in %d layers, and so are its gradients', (numLayers) => {
    const shape = { inputSize: 4, batchSize: 2 };
    checkStep(new DepthGatedLSTMCell(3, { numLayers }), shape, rowStep);
    checkStep(new DepthGatedLSTMCell(2, { numLayers, usePeepholes: true }), shape, rowStep);
  });

  it('makes its weights layer by layer', () => {
    const { variables } = new DepthGatedLSTMCell(3, { usePeepholes: true, inputSize: 4 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['depth_gated_lstm/layer_0/kernel', [7, 12]],
      ['depth_gated_lstm/layer_0/bias', [12]],
      ['depth_gated_lstm/layer_0/w_f_diag', [3]],
      ['depth_gated_lstm/layer_0/w_i_diag', [3]],
      ['depth_gated_lstm/layer_0/w_o_diag', [3]],
      ['depth_gated_lstm/layer_1/kernel', [6, 12]],
      ['depth_gated_lstm/layer_1/bias', [12]],
      ['depth_gated_lstm/layer_1/w_f_diag', [3]],
      ['depth_gated_lstm/layer_1/w_i_diag', [3]],
      ['depth_gated_lstm/layer_1/w_o_diag', [3]],
      ['depth_gated_lstm/layer_1/depth_gate/kernel', [3, 3]],
      ['depth_gated_lstm/layer_1/depth_gate/bias', [3]],
      ['depth_gated_lstm/layer_1/depth_gate/w_c_prev', [3]],
      ['depth_gated_lstm/layer_1/depth_gate/w_c_lower', [3]],
    ]);
  });

  it('has a pair for a state in each layer', () => {
    const zero = new DepthGatedLSTMCell(3, { numLayers: 3 }).zeroState(2);
    expect(zero.map(({ c, h }) => [c.shape, h.shape])).toEqual(
      new Array(3).fill([
        [2, 3],
        [2, 3],
      ]),
    );
  });

  it('refuses layers that are none', () => {
    expectThrows(
      () => new DepthGatedLSTMCell(3, { numLayers: 0 }),
      'DepthGatedLSTMCell: expected numLayers to be a positive integer, got 0',
    );
  });
});
