import '@rnn/cells/gradients';
import {
  DeviceWrapper,
  DropoutWrapper,
  GRUCell,
  LSTMCell,
  MultiRNNCell,
  type RNNCell,
  type State,
  VariableStore,
} from '@rnn/cells';
import {
  add,
  getBackend,
  mul,
  type Scalar,
  setBackend,
  sum,
  type Tensor,
  type Tensor3D,
  tensor3d,
  tidy,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { explain } from '../pass/explain';
import { bidirectionalDynamicRnn } from '../runners/bidirectional-dynamic-rnn';
import { dynamicRnn } from '../runners/dynamic-rnn';

const [B, T, D] = [3, 4, 2];
const x = (): Tensor3D => tensor3d(sequenceOf(B * T * D, 1), [B, T, D]);
const lengths = [4, 0, 2];

/** The backend of this run of the tests, and the other one, started. */
let here: string;
let there: string;
beforeAll(async () => {
  here = getBackend();
  there = here === 'cpu' ? 'wasm' : 'cpu';
  await setBackend(there);
  await setBackend(here);
});

/** Two layers with weights of one seed, the upper one on a device of its own where that is asked for. */
function stack(device?: string): MultiRNNCell<RNNCell<State>[]> {
  const upper = new GRUCell(3);
  const placed = device === undefined ? upper : new DeviceWrapper(upper, device);
  const cell = new MultiRNNCell([new LSTMCell(4), placed] as RNNCell<State>[]);
  cell.build(D, { scope: 'rnn', store: new VariableStore({ seed: 3 }) });
  return cell;
}

describe('a layer on a device of its own', () => {
  test('has the outputs and gradients of the fused run, and leaves the caller its backend', () => {
    const [plain, placed] = [stack(), stack(there)];
    const inputs = x();
    const run = (cell: RNNCell<State>) => {
      const [outputs] = dynamicRnn(cell, inputs, { sequenceLength: lengths });
      const variables = [...(cell.variables?.values() ?? [])];
      const loss = (): Scalar => {
        const [, [lstm, h]] = dynamicRnn(cell, inputs, { sequenceLength: lengths }) as [
          Tensor3D,
          [{ c: Tensor }, Tensor],
        ];
        return add(sum(mul(lstm.c, 2)), sum(mul(h, h))) as Scalar;
      };
      const { grads, value } = variableGrads(loss, variables);
      return [outputs, value, ...variables.map(({ name }) => grads[name] as Tensor)];
    };
    const want = run(plain);
    const got = run(placed);
    expect(got).toHaveLength(8);
    for (const [k, part] of got.entries()) expectClose(part, (want[k] as Tensor).dataSync());
    expect(getBackend()).toBe(here);
    expectNoLeak(() => tidy(() => run(placed)));
  });

  test('runs in both directions, one on each device', () => {
    const cells = [new DeviceWrapper(new GRUCell(3), there), new GRUCell(3)] as const;
    const weights = sequenceOf(100, 4);
    for (const cell of cells) {
      cell.build(D);
      const named = [...cell.variables].map(([name, { shape, size }]) => [
        name,
        { shape, data: weights.slice(0, size) },
      ]);
      cell.setWeights(Object.fromEntries(named));
    }
    const run = (fw: RNNCell<Tensor>, bw: RNNCell<Tensor>) => bidirectionalDynamicRnn(fw, bw, x())[0];
    const [wantFw, wantBw] = run(cells[1], cells[1]);
    const [placedFw, hereBw] = run(cells[0], cells[1]);
    expectClose(placedFw, wantFw.dataSync());
    expectClose(hereBw, wantBw.dataSync());
    expectClose(run(cells[1], cells[0])[1], wantBw.dataSync());
  });

  test('is explained: it is stepped on its device, the others run as before', () => {
    const cell = stack(there);
    const reason = `DeviceWrapper runs its steps on ${there}, one by one`;
    expect(explain(cell, x()).layers).toMatchObject([
      { cell: 'LSTMCell', op: 'lstmSequence', kernel: 'fused' },
      { cell: 'DeviceWrapper', op: 'steps', kernel: 'reference', reason },
    ]);
    expect(`${explain(new DeviceWrapper(new GRUCell(2), there), x())}`).toBe(
      `DeviceWrapper step by step on ${here}, stock operations: ${reason}`,
    );
    const dropping = new DeviceWrapper(new DropoutWrapper(new GRUCell(2), { outputKeepProb: 0.5 }), there);
    expect(explain(dropping, x(), { training: false }).layers[0]?.reason).toBe(reason);
    expect(() => dynamicRnn(cell, x(), { kernel: 'fused' })).toThrow(
      `dynamicRnn: expected a fused kernel, as kernel: 'fused' asks, got none: ${reason}. Use kernel: 'auto'.`,
    );
  });
});
