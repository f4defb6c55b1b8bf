import '@rnn/cells/gradients';
import { add, grad, mul, sum, type Tensor, type Tensor2D, tensor, tensor2d, tensor3d } from '@tensorflow/tfjs-core';
import { centralDifferences, expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, it } from 'vitest';
import type { RNNCell } from '../cell';
import { Conv1DLSTMCell } from '../contrib/conv-1d-lstm-cell';
import { GRUCell } from '../core/gru-cell';
import { LSTMCell } from '../core/lstm-cell';
import { dropoutMask } from '../dropout-mask';
import { Random } from '../random';
import { flattenState, LSTMStateTuple, type State } from '../state';
import { expectThrows } from '../testing/expect-throws';
import { each } from '../testing/float64';
import { passingCell } from '../testing/plain-cells';
import { VariableStore } from '../weights/variable-store';
import { DropoutWrapper } from './dropout-wrapper';
import { MultiRNNCell } from './multi-rnn-cell';
import { OutputProjectionWrapper } from './output-projection-wrapper';
import { ZoneoutWrapper, type ZoneoutWrapperOptions } from './zoneout-wrapper';

const [B, D, H] = [4, 2, 5];
const values = (tensor: Tensor): number[] => [...tensor.dataSync()];
const matrix = (width: number, seed: number): Tensor2D => tensor2d(sequenceOf(B * width, seed), [B, width]);
const parts = (state: State): number[][] => flattenState(state).map(values);
const pair = (): LSTMStateTuple => new LSTMStateTuple(matrix(H, 2), matrix(H, 3));

/** What a step gives where the masks and the cell's own step are known: 1 keeps the old value. */
const mixed = (mask: readonly number[], before: readonly number[], next: readonly number[]) =>
  each((m, s, n) => m * s + (1 - m) * n, mask, before, next);

/** A cell whose new state, and output, is its input. */
const forgetful = (size: number): RNNCell<Tensor2D> => ({ stateSize: size, outputSize: size, call: (x) => [x, x] });

describe('ZoneoutWrapper', () => {
  it.each([{ zoneoutCell: 0.5, zoneoutOutput: 0.25 }, { zoneoutCell: 0.5 }, { zoneoutOutput: 0.25 }])(
    'keeps units of c and h of an LSTM, each with its own probability and masks: %o',
    (options) => {
      const cell = new LSTMCell(H, { inputSize: D });
      const wrapper = new ZoneoutWrapper(cell, { ...options, seed: 7 });
      const [x, state] = [matrix(D, 1), pair()];
      const [, next] = cell.call(x, state);
      const streams = [0, 1].map((k) => new Random(7, `zoneout/state_${k}`)) as [Random, Random];
      const masks = (): number[][] =>
        [options.zoneoutCell ?? 0, options.zoneoutOutput ?? 0].map((p, k) =>
          p === 0 ? new Array(B * H).fill(0) : [...dropoutMask([B, H], p, streams[k] as Random, 1)],
        );
      for (const [c, h] of [masks(), masks()]) {
        const [output, { c: newC, h: newH }] = wrapper.call(x, state);
        expectClose(newC, mixed(c as number[], values(state.c), values(next.c)));
        expectClose(newH, mixed(h as number[], values(state.h), values(next.h)));
        expect(values(output)).toEqual(values(newH));
      }
    },
  );

  it.each([0.2, 0.5, 0.9])('keeps a share near %d of the old values, anew for each row', (zoneout) => {
    const wrapper = new ZoneoutWrapper(forgetful(40), { zoneout, seed: 1 });
    const [, next] = wrapper.call(
      tensor2d(new Array(2000).fill(0), [50, 40]),
      tensor2d(new Array(2000).fill(1), [50, 40]),
    );
    const kept = values(next).filter((value) => value === 1).length / 2000;
    expect(Math.abs(kept - zoneout)).toBeLessThan(4 * Math.sqrt((zoneout * (1 - zoneout)) / 2000));
    expect(new Set(next.arraySync().map(String)).size).toBeGreaterThan(10);
  });

  it('takes the expectation over its masks in evaluation', () => {
    const cell = new LSTMCell(H, { inputSize: D, store: new VariableStore({ seed: 1 }) });
    const wrapper = new ZoneoutWrapper(cell, { zoneoutCell: 0.5, zoneoutOutput: 0.25, seed: 1 });
    const [x, state] = [matrix(D, 1), pair()];
    const [output, next] = wrapper.forSequence(B, D, { training: false }).call(x, state);
    const [, own] = cell.call(x, state);
    expectClose(next.c, mixed(new Array(B * H).fill(0.5), values(state.c), values(own.c)));
    expectClose(next.h, mixed(new Array(B * H).fill(0.25), values(state.h), values(own.h)));
    expect(values(output)).toEqual(values(next.h));

    const mean = new Array(B * H).fill(0);
    const runs = 3000;
    for (let k = 0; k < runs; k++)
      for (const [n, value] of values(wrapper.call(x, state)[0]).entries()) mean[n] += value / runs;
    // Of a mean of 3000 draws: four times its standard deviation of at most 0.5 · |h - ĥ| / √3000. Seeded, so that it always holds.
    expectClose(output, mean, 0.04);
  });

  it('mixes each part of other states with zoneout, pairs in tuples with theirs', () => {
    const all = { zoneoutCell: 1, zoneoutOutput: 0, zoneout: 1 };
    const stack = new MultiRNNCell([new LSTMCell(3), new GRUCell(H)]);
    const [x, state] = [matrix(D, 1), [new LSTMStateTuple(matrix(3, 2), matrix(3, 3)), matrix(H, 4)] as const];
    const [output, [lstm, gru]] = new ZoneoutWrapper(stack, all).call(x, [...state]);
    const [, [ownLstm]] = stack.call(x, [...state]);
    expect([values(lstm.c), values(lstm.h), values(gru)]).toEqual([
      values(state[0].c),
      values(ownLstm.h),
      values(state[1]),
    ]);
    expect(values(output)).toEqual(values(state[1]));
  });

  it('is the cell itself where nothing is zoned out, and stands still where all is', () => {
    const cell = new LSTMCell(H, { inputSize: D });
    const [x, state] = [matrix(D, 1), pair()];
    const [output, next] = new ZoneoutWrapper(cell).call(x, state);
    const [want, wantNext] = cell.call(x, state);
    expect([values(output), ...parts(next)]).toEqual([values(want), ...parts(wantNext)]);
    const [, still] = new ZoneoutWrapper(cell, { zoneoutCell: 1, zoneoutOutput: 1 }).call(x, state);
    expect(parts(still)).toEqual(parts(state));
  });

  it('leaves an output that is no part of the state as the cell gives it', () => {
    const cell = new OutputProjectionWrapper(new GRUCell(H), { outputSize: H });
    const [x, state] = [matrix(D, 1), matrix(H, 2)];
    const [output, next] = new ZoneoutWrapper(cell, { zoneout: 1 }).call(x, state);
    expect(values(output)).toEqual(values(cell.call(x, state)[0]));
    expect(values(next)).toEqual(values(state));
  });

  it('draws the same masks from the same seed, from its own before that of the store, and on every backend', () => {
    const draw = (options: ZoneoutWrapperOptions, store?: VariableStore, scope = 'rnn') => {
      const wrapper = new ZoneoutWrapper(forgetful(8), { zoneout: 0.5, ...options });
      wrapper.build(8, { scope, ...(store && { store }) });
      return values(wrapper.call(tensor2d(new Array(16).fill(0), [2, 8]), tensor2d(new Array(16).fill(1), [2, 8]))[1]);
    };
    expect(draw({ seed: 7 })).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 1, 0, 0]);
    expect(draw({ seed: 7 })).not.toEqual(draw({ seed: 8 }));
    expect(draw({}, new VariableStore({ seed: 1 }))).toEqual(draw({}, new VariableStore({ seed: 1 })));
    expect(draw({}, new VariableStore({ seed: 1 }))).not.toEqual(draw({}, new VariableStore({ seed: 2 })));
    expect(draw({}, new VariableStore({ seed: 1 }))).not.toEqual(draw({}, new VariableStore({ seed: 1 }), 'other'));
    expect(draw({ seed: 7 }, new VariableStore({ seed: 1 }))).toEqual(draw({ seed: 7 }));
  });

  it('keeps units within another independently of it', () => {
    const size = 1000;
    const make = () => new ZoneoutWrapper(new ZoneoutWrapper(forgetful(size), { zoneout: 0.5 }), { zoneout: 0.5 });
    const run = (): number[] => {
      const wrapper = make();
      wrapper.build(size, { scope: 'rnn', store: new VariableStore({ seed: 1 }) });
      const [x, state] = [0, 1].map((value) => tensor2d(new Array(size).fill(value), [1, size])) as [
        Tensor2D,
        Tensor2D,
      ];
      return values(wrapper.call(x, state)[1]);
    };
    const next = run();
    expect(run()).toEqual(next);
    // A unit is new where neither keeps it.
    const share = next.filter((value) => value === 0).length / size;
    expect(Math.abs(share - 0.25)).toBeLessThan(4 * Math.sqrt(0.1875 / size));
  });

  it('passes the gradient of each unit by the way that its value came', () => {
    const cell: RNNCell<Tensor2D> = {
      stateSize: H,
      outputSize: H,
      call: (x, state) => {
        const next = mul<Tensor2D>(add(x, state), x);
        return [next, next];
      },
    };
    const drawn = (seed: number) => new ZoneoutWrapper(cell, { zoneout: 0.5, seed });
    const [x, state] = [matrix(H, 1), matrix(H, 2)];
    const mask = [...dropoutMask([B, H], 0.5, new Random(3, 'zoneout/state_0'), 1)];
    const shares = sequenceOf(B * H, 5);
    const lossOf = (x: readonly number[], s: readonly number[]): number =>
      mixed(
        mask,
        s,
        each((a, b) => (a + b) * a, x, s),
      ).reduce((total, value, n) => total + value * (shares[n] as number), 0);
    for (const [wrt, at] of [values(x), values(state)].entries()) {
      const gradient = grad((moved: Tensor) => {
        const [output] = drawn(3).call(wrt === 0 ? (moved as Tensor2D) : x, wrt === 1 ? (moved as Tensor2D) : state);
        return sum(mul(output, tensor(shares, [B, H])));
      })(wrt === 0 ? x : state);
      const slopes = centralDifferences(
        (moved) => (wrt === 0 ? lossOf([...moved], values(state)) : lossOf(values(x), [...moved])),
        at,
        1 / 1024,
      );
      expectClose(gradient, slopes, 1e-4);
    }
  });

  it('draws and evaluates for a sequence what its cell draws and evaluates', () => {
    const inner = new DropoutWrapper(passingCell<Tensor2D>(H), { inputKeepProb: 0.5, variationalRecurrent: true });
    const wrapper = new ZoneoutWrapper(inner, { zoneout: 0.5 });
    const [x, state] = [matrix(H, 1), matrix(H, 2)];
    const drawn = wrapper.forSequence(B, H);
    expect(values(drawn.call(x, state)[0])).toEqual(values(drawn.call(x, state)[0]));
    const plain = new ZoneoutWrapper(passingCell<Tensor2D>(H), { zoneout: 0.5 });
    expect(plain.forSequence(B, H)).toBe(plain);
    const [output] = wrapper.forSequence(B, H, { training: false }).call(x, state);
    expect(values(output)).toEqual(values(x));
  });

  it('has the variables of its cell', () => {
    const wrapper = new ZoneoutWrapper(new LSTMCell(H));
    wrapper.build(D, { scope: 'rnn' });
    expect([...wrapper.variables.keys()]).toEqual(['rnn/lstm_cell/kernel', 'rnn/lstm_cell/bias']);
    wrapper.dispose();
    expect(wrapper.variables.size).toBe(0);
  });

  it('leaves as many tensors as it found', () => {
    const wrapper = new ZoneoutWrapper(new LSTMCell(H, { inputSize: D }), { zoneoutCell: 0.5, zoneoutOutput: 0.5 });
    const [x, wide, state] = [matrix(D, 1), matrix(D + 1, 1), pair()];
    expectNoLeak(() => wrapper.call(x, state));
    expectNoLeak(() => wrapper.forSequence(B, D, { training: false }).call(x, state));
    expectThrows(() => wrapper.call(wide, state), 'LSTMCell.call: expected inputs to have shape [B, 2], got [4, 3]');
  });

  it('refuses what is no probability, seed, cell or tensor, and a joined state', () => {
    const cell = passingCell<Tensor2D>(2);
    for (const name of ['zoneoutCell', 'zoneoutOutput', 'zoneout']) {
      for (const value of [-0.1, 1.1, Number.NaN]) {
        expectThrows(
          () => new ZoneoutWrapper(cell, { [name]: value }),
          `ZoneoutWrapper: expected ${name} to be from 0 to 1, got ${value}`,
        );
      }
    }
    expectThrows(
      () => new ZoneoutWrapper(cell, { seed: Number.NaN }),
      'ZoneoutWrapper: expected seed to be a finite number, got NaN',
    );
    expectThrows(
      () => new ZoneoutWrapper(new LSTMCell(2, { stateIsTuple: false })),
      'ZoneoutWrapper: expected a cell whose state is in parts, got one joined tensor. Leave stateIsTuple: false out of the cell.',
    );
    expectThrows(
      () => new ZoneoutWrapper(undefined as never),
      'ZoneoutWrapper: expected cell to be a cell, with call, stateSize and outputSize, got undefined',
    );
    expectThrows(
      () => new ZoneoutWrapper(cell).call(3 as never, 3 as never),
      'ZoneoutWrapper.call: expected inputs to be a tensor [B, D], got 3',
    );
  });

  it('refuses probabilities of what the state has not, and takes them where one layer has it', () => {
    const forLstm = "to be 0 for a state without an LSTM's c and h";
    const forOthers = "to be 0 for a state without parts other than an LSTM's";
    const [gru, lstm] = [() => new GRUCell(2), () => new LSTMCell(2)];
    const grus = () => new MultiRNNCell([gru(), gru()]);
    const lstms = () => new MultiRNNCell([lstm(), lstm()]);
    for (const make of [gru, grus] as (() => RNNCell<State>)[]) {
      for (const name of ['zoneoutCell', 'zoneoutOutput']) {
        expectThrows(
          () => new ZoneoutWrapper(make(), { [name]: 1 }),
          `ZoneoutWrapper: expected ${name} ${forLstm}, got 1. Pass zoneout.`,
        );
      }
      expect(() => new ZoneoutWrapper(make(), { zoneoutCell: 0, zoneoutOutput: 0, zoneout: 1 })).not.toThrow();
    }
    for (const make of [lstm, lstms] as (() => RNNCell<State>)[]) {
      expectThrows(
        () => new ZoneoutWrapper(make(), { zoneout: 0.5 }),
        `ZoneoutWrapper: expected zoneout ${forOthers}, got 0.5. Pass zoneoutCell and zoneoutOutput.`,
      );
      expect(() => new ZoneoutWrapper(make(), { zoneoutCell: 1, zoneout: 0 })).not.toThrow();
    }
    const both = new MultiRNNCell([lstm(), gru()]);
    expect(() => new ZoneoutWrapper(both, { zoneoutCell: 1, zoneoutOutput: 1, zoneout: 1 })).not.toThrow();
  });

  it('keeps units of the c and h of a cell of more axes', () => {
    const cell = new Conv1DLSTMCell({ inputShape: [4, 2], outputChannels: 3, kernelShape: [3] });
    const wrapper = new ZoneoutWrapper(cell, { zoneoutCell: 0.5, zoneoutOutput: 1, seed: 7 });
    const image = (channels: number, seed: number) => tensor3d(sequenceOf(B * 4 * channels, seed), [B, 4, channels]);
    const [x, state] = [image(2, 1), new LSTMStateTuple(image(3, 2), image(3, 3))];
    wrapper.build(cell.inputShape);
    const [, own] = cell.call(x, state);
    const [output, next] = wrapper.call(x, state);
    const mask = [...dropoutMask([B, 4, 3], 0.5, new Random(7, 'zoneout/state_0'), 1)];
    expectClose(next.c, mixed(mask, values(state.c), values(own.c)));
    expect([values(next.h), values(output)]).toEqual([values(state.h), values(state.h)]);
    const [, mean] = wrapper.forSequence(B, cell.inputShape, { training: false }).call(x, state);
    expectClose(mean.c, mixed(new Array(B * 4 * 3).fill(0.5), values(state.c), values(own.c)));
  });
});
