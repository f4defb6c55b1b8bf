import '@rnn/cells/gradients';
import {
  add,
  engine,
  getBackend,
  grads,
  KernelBackend,
  mul,
  ones,
  registerBackend,
  removeBackend,
  type Scalar,
  setBackend,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tensor3d,
  tidy,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RNNCell } from '../cell';
import { Conv1DLSTMCell } from '../contrib/conv-1d-lstm-cell';
import { GRUCell } from '../core/gru-cell';
import { LSTMCell } from '../core/lstm-cell';
import { flattenState, LSTMStateTuple } from '../state';
import { expectThrows } from '../testing/expect-throws';
import { VariableStore } from '../weights/variable-store';
import { DeviceWrapper } from './device-wrapper';
import { DropoutWrapper } from './dropout-wrapper';
import { MultiRNNCell } from './multi-rnn-cell';
import { ResidualWrapper } from './residual-wrapper';

const [B, D, H] = [3, 2, 4];
const values = (tensor: Tensor): number[] => [...tensor.dataSync()];
const matrix = (width: number, seed: number): Tensor2D => tensor2d(sequenceOf(B * width, seed), [B, width]);
/** Where the data of a tensor lie. */
const home = ({ dataId }: Tensor): string => {
  const { backend } = engine().state.tensorInfo.get(dataId) as { backend: KernelBackend };
  return Object.entries(engine().registry).find(([, each]) => each === backend)?.[0] ?? 'nowhere';
};

/** The backend of this run of the tests, and the other one, started. */
let here: string;
let there: string;
beforeAll(async () => {
  here = getBackend();
  there = here === 'cpu' ? 'wasm' : 'cpu';
  await setBackend(there);
  await setBackend(here);
});

/** The same cell, with the same weights, on the other backend and here. */
const twins = () => {
  const seeded = () => ({ inputSize: D, store: new VariableStore({ seed: 5 }) });
  const make = (units: number, options: ReturnType<typeof seeded>) =>
    new LSTMCell(units, { usePeepholes: true, ...options });
  return { there: new DeviceWrapper(make(H, seeded()), there), here: make(H, seeded()) };
};

describe('DeviceWrapper', () => {
  it('runs each step on its backend, and the caller’s is active again afterwards', () => {
    const seen: string[] = [];
    const cell: RNNCell<Tensor2D> = {
      stateSize: H,
      outputSize: H,
      call: (x, state) => {
        seen.push(getBackend());
        return [add(state, x), mul(state, x)];
      },
    };
    const [output, next] = new DeviceWrapper(cell, there).call(matrix(H, 1), matrix(H, 2));
    expect(seen).toEqual([there]);
    expect(getBackend()).toBe(here);
    expect([home(output), home(next)]).toEqual([there, there]);
    expectClose(add(output, 1), values(add(add(matrix(H, 2), matrix(H, 1)), 1)));
    new DeviceWrapper(cell, here).call(matrix(H, 1), matrix(H, 2));
    expect(seen).toEqual([there, here]);
    expect(getBackend()).toBe(here);
  });

  it('gives the numbers of its cell', () => {
    const cells = twins();
    const [x, state] = [matrix(D, 1), new LSTMStateTuple(matrix(H, 2), matrix(H, 3))];
    const [output, next] = cells.there.call(x, state);
    const [want, wantNext] = cells.here.call(x, state);
    expectClose(output, values(want));
    for (const [k, part] of flattenState(next).entries())
      expectClose(part, values(flattenState(wantNext)[k] as Tensor));
  });

  it('makes its weights and zero state there, under its cell’s names', () => {
    const wrapper = new DeviceWrapper(new GRUCell(H), there);
    wrapper.build(D, { scope: 'rnn' });
    expect([...wrapper.variables.keys()][0]).toBe('rnn/gru_cell/gates/kernel');
    expect(new Set([...wrapper.variables.values()].map(home))).toEqual(new Set([there]));
    expect(home(wrapper.zeroState(2))).toBe(there);
    expect(getBackend()).toBe(here);
  });

  it('has the gradients of its cell, to inputs, state and weights, where the caller differentiates', () => {
    const cells = twins();
    const shares = matrix(H, 9);
    const loss = (cell: RNNCell<LSTMStateTuple>, x: Tensor, c: Tensor, h: Tensor): Scalar => {
      const [first, middle] = cell.call(x as Tensor2D, new LSTMStateTuple(c as Tensor2D, h as Tensor2D));
      const [second, last] = cell.call(mul(x, 2) as Tensor2D, middle);
      return sum(add(mul(shares, add(first, mul(second, 2))), mul(last.c, last.h)));
    };
    const at = [matrix(D, 1), matrix(H, 2), matrix(H, 3)];
    const of = (cell: RNNCell<LSTMStateTuple>) => {
      const ofArguments = grads((x, c, h) => loss(cell, x as Tensor, c as Tensor, h as Tensor))(at);
      const { grads: ofWeights } = variableGrads(
        () => loss(cell, ...(at as [Tensor, Tensor, Tensor])),
        [...(cell.variables?.values() ?? [])],
      );
      return [...ofArguments, ...[...(cell.variables?.values() ?? [])].map(({ name }) => ofWeights[name] as Tensor)];
    };
    const want = of(cells.here);
    const got = of(cells.there);
    expect(got).toHaveLength(8);
    for (const [k, gradient] of got.entries()) expectClose(gradient, values(want[k] as Tensor));
    expect(getBackend()).toBe(here);
    expectNoLeak(() => tidy(() => of(cells.there)));
  });

  it('stands in wrappers and layers, and draws and evaluates what its cell does', () => {
    const stack = new MultiRNNCell([new GRUCell(H), new DeviceWrapper(new ResidualWrapper(new GRUCell(H)), there)]);
    const [x, state] = [matrix(D, 1), stack.zeroState(B)];
    const [output] = stack.call(x, state);
    expect([output.shape, home(output), getBackend()]).toEqual([[B, H], there, here]);

    const dropped = new DropoutWrapper(new GRUCell(H, { inputSize: D }), {
      outputKeepProb: 0.5,
      variationalRecurrent: true,
    });
    const wrapper = new DeviceWrapper(dropped, there);
    const drawn = wrapper.forSequence(B, D);
    const zero = wrapper.zeroState(B);
    expect(values(drawn.call(x, zero)[0])).toEqual(values(drawn.call(x, zero)[0]));
    const [evaluated] = wrapper.forSequence(B, D, { training: false }).call(x, zero);
    expect([values(evaluated).includes(0), home(evaluated)]).toEqual([false, there]);
  });

  it('gives the caller its backend back when a step throws, and leaves no tensor', () => {
    const broken = new LSTMCell(H, {
      activation: () => {
        throw new Error('this activation is broken');
      },
    });
    const wrapper = new DeviceWrapper(broken, there);
    const [x, state] = [matrix(D, 1), new LSTMStateTuple(matrix(H, 2), matrix(H, 3))];
    expectThrows(() => wrapper.call(x, state), 'this activation is broken');
    expect([getBackend(), wrapper.variables.size]).toEqual([here, 0]);
  });

  it('leaves as many tensors as it found', () => {
    const wrapper = new DeviceWrapper(new LSTMCell(H, { inputSize: D }), there);
    const [x, state] = [matrix(D, 1), wrapper.zeroState(B)];
    expectNoLeak(() => wrapper.call(x, state));
    expectNoLeak(() => wrapper.zeroState(B));
    wrapper.dispose();
    expect(wrapper.variables.size).toBe(0);
  });

  it('refuses a backend that is not registered, and tells those that are', () => {
    const registered = Object.keys(engine().registryFactory).join(', ');
    expect(registered).toContain(here);
    for (const [device, got] of [
      ['webgl', "'webgl'"],
      ['toString', "'toString'"],
      [undefined, 'undefined'],
    ] as const) {
      expectThrows(
        () => new DeviceWrapper(new GRUCell(H), device as string),
        `DeviceWrapper: expected device to be a registered TensorFlow.js backend (${registered}), got ${got}. Import the backend first.`,
      );
    }
    expectThrows(
      () => new DeviceWrapper({} as never, there),
      'DeviceWrapper: expected cell to be a cell, with call, stateSize and outputSize, got an object without call',
    );
  });

  it('refuses to run on a backend that was not started, before anything runs, and on one that is gone', () => {
    let made = 0;
    registerBackend('slow', async () => {
      made++;
      return new KernelBackend();
    });
    const wrapper = new DeviceWrapper(new GRUCell(H), 'slow');
    const [x, state] = [matrix(D, 1), matrix(H, 2)];
    const text = (method: string) =>
      `DeviceWrapper.${method}: expected the backend 'slow' to be started, got one that is not. Await tf.setBackend('slow') once, before that of '${here}'.`;
    expectThrows(() => wrapper.call(x, state), text('call'));
    expectThrows(() => wrapper.build(D), text('build'));
    expectThrows(() => wrapper.zeroState(2), text('zeroState'));
    expect([made, wrapper.variables.size, getBackend()]).toEqual([0, 0, here]);
    expect(values(ones([1]))).toEqual([1]);
    removeBackend('slow');
    expectThrows(() => wrapper.call(x, state), text('call'));
  });

  it('refuses inputs that are no tensor', () => {
    expectThrows(
      () => new DeviceWrapper(new GRUCell(H), there).call(3 as never, 3 as never),
      'DeviceWrapper.call: expected inputs to be a tensor [B, D], got 3',
    );
  });

  it('runs a cell of more axes', () => {
    const make = () => {
      const shape = { inputShape: [4, 2], outputChannels: 3, kernelShape: [3] };
      return new Conv1DLSTMCell({ ...shape, store: new VariableStore({ seed: 5 }) });
    };
    const x = tensor3d(sequenceOf(B * 4 * 2, 1), [B, 4, 2]);
    const [plain, wrapper] = [make(), new DeviceWrapper(make(), there)];
    const [output, state] = wrapper.call(x, wrapper.zeroState(B));
    expect([home(output), getBackend()]).toEqual([there, here]);
    expectClose(add(output, 0), values(plain.call(x, plain.zeroState(B))[0]));
    expect(state.c.shape).toEqual([B, 4, 3]);
  });
});
