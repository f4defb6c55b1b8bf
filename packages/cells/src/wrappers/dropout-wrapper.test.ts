import '@rnn/cells/gradients';
import { grad, ones, sum, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak } from 'testing';
import { describe, expect, it } from 'vitest';
import type { RNNCell } from '../cell';
import { LSTMCell } from '../core/lstm-cell';
import { flattenState, LSTMStateTuple, type State } from '../state';
import { expectThrows } from '../testing/expect-throws';
import { passingCell } from '../testing/plain-cells';
import { VariableStore } from '../weights/variable-store';
import { type DropoutStateFilter, DropoutWrapper, type DropoutWrapperOptions } from './dropout-wrapper';
import { ResidualWrapper } from './residual-wrapper';

const size = 40;
const batchSize = 50;
const matrix = (): Tensor2D => ones([batchSize, size]) as Tensor2D;
const values = (tensor: Tensor): number[] => [...tensor.dataSync()];
const zerosIn = (tensor: Tensor): number => values(tensor).filter((value) => value === 0).length;

/** Ones through a cell that passes everything on. */
function stepOf(options: DropoutWrapperOptions) {
  const wrapper = new DropoutWrapper(passingCell(size), options);
  return () => wrapper.call(matrix(), matrix());
}

/** A cell that gives its state back, of whatever structure. */
function holding<S extends State>(stateSize: RNNCell<S>['stateSize']): RNNCell<S> {
  return { stateSize, outputSize: size, call: (x, state) => [x, state] };
}

describe('DropoutWrapper', () => {
  it('is the cell itself when all is kept', () => {
    const cell = new LSTMCell(3, { inputSize: size });
    const [x, state] = [matrix(), cell.zeroState(batchSize)];
    const [output, next] = new DropoutWrapper(cell, { variationalRecurrent: true }).call(x, state);
    const [want, wantNext] = cell.call(x, state);
    expect(values(output)).toEqual(values(want));
    expect(flattenState(next).map(values)).toEqual(flattenState(wantNext).map(values));
  });

  it.each([0.2, 0.5, 0.9])('keeps a share near %d and scales it, so that the mean stays', (keep) => {
    for (const place of ['inputKeepProb', 'outputKeepProb', 'stateKeepProb'] as const) {
      const [output, state] = stepOf({ [place]: keep, seed: 1 })();
      const [dropped, whole] = place === 'stateKeepProb' ? [state, output] : [output, state];
      expect(zerosIn(whole)).toBe(0);
      const kept = values(dropped).filter((value) => value !== 0);
      expect(new Set(kept)).toEqual(new Set([Math.fround(1 / keep)]));
      const spread = Math.sqrt((keep * (1 - keep)) / (batchSize * size));
      expect(Math.abs(kept.length / (batchSize * size) - keep)).toBeLessThan(4 * spread);
    }
  });

  it('drops the input before the cell and the output after it', () => {
    const seen: Tensor[] = [];
    const cell: RNNCell<Tensor2D> = {
      ...passingCell(size),
      call: (x, state) => {
        seen.push(x.clone());
        return [matrix(), state];
      },
    };
    expect(zerosIn(new DropoutWrapper(cell, { inputKeepProb: 0.5 }).call(matrix(), matrix())[0])).toBe(0);
    expect(seen).toHaveLength(1);
    expect(
      zerosIn(new DropoutWrapper(passingCell(size), { inputKeepProb: 0.5 }).call(matrix(), matrix())[0]),
    ).toBeGreaterThan(0);
  });

  it('never drops the c of an LSTM, of any shape that an LSTM has', () => {
    const wrapper = new DropoutWrapper(
      holding<readonly [LSTMStateTuple, Tensor2D, { c: Tensor2D; h: Tensor2D }]>([
        new LSTMStateTuple(size, size),
        size,
        new LSTMStateTuple(size, size),
      ]),
      { stateKeepProb: 0.5 },
    );
    const [, [lstm, gru, plain]] = wrapper.call(matrix(), [
      new LSTMStateTuple(matrix(), matrix()),
      matrix(),
      { c: matrix(), h: matrix() },
    ]);
    expect([zerosIn(lstm.c), zerosIn(plain.c)]).toEqual([0, 0]);
    for (const part of [lstm.h, gru, plain.h]) expect(zerosIn(part)).toBeGreaterThan(0);
    expect(values(lstm.h)).not.toEqual(values(plain.h));
  });

  it('drops the parts of the state that dropoutStateFilterVisitor lets through', () => {
    const dropped = (dropoutStateFilterVisitor: DropoutWrapperOptions['dropoutStateFilterVisitor']) => {
      const cell = holding<readonly [LSTMStateTuple, Tensor2D]>([new LSTMStateTuple(size, size), size]);
      const wrapper = new DropoutWrapper(cell, {
        stateKeepProb: 0.5,
        ...(dropoutStateFilterVisitor && { dropoutStateFilterVisitor }),
      });
      const [, [{ c, h }, other]] = wrapper.call(matrix(), [new LSTMStateTuple(matrix(), matrix()), matrix()]);
      return [c, h, other].map((part) => zerosIn(part) > 0);
    };
    expect(dropped(undefined)).toEqual([false, true, true]);
    expect(dropped(() => true)).toEqual([true, true, true]);
    expect(dropped(() => false)).toEqual([false, false, false]);
    expect(dropped((part) => (Array.isArray(part) ? [true, false] : true))).toEqual([true, true, false]);
    const onlyC = new LSTMStateTuple(true, false);
    expect(dropped((part) => (part instanceof LSTMStateTuple ? onlyC : true))).toEqual([true, false, true]);
  });

  it('draws the same masks from the same seed, new ones at every step', () => {
    const [one, same, other] = [1, 1, 2].map((seed) => stepOf({ inputKeepProb: 0.5, stateKeepProb: 0.5, seed }));
    const draw = (step = one) => (step?.() ?? []).map(values);
    const [first, second] = [draw(one), draw(one)];
    expect(second).not.toEqual(first);
    expect(first[0]).not.toEqual(first[1]);
    expect([draw(same), draw(same)]).toEqual([first, second]);
    expect(draw(other)).not.toEqual(first);
    expect(draw(stepOf({ inputKeepProb: 0.5 }))).not.toEqual(draw(stepOf({ inputKeepProb: 0.5 })));
  });

  it('draws from the seed of the store it is built in, unless it has a seed of its own; each scope other masks', () => {
    const draw = (store: number, scope: string, seed?: number): number[] => {
      const wrapper = new DropoutWrapper(passingCell(16), { inputKeepProb: 0.5, ...(seed !== undefined && { seed }) });
      wrapper.build(16, { scope, store: new VariableStore({ seed: store }) });
      return values(wrapper.call(ones([2, 16]) as Tensor2D, ones([2, 16]) as Tensor2D)[0]);
    };
    expect(draw(1, 'rnn')).toEqual(draw(1, 'rnn'));
    expect(draw(1, 'rnn')).not.toEqual(draw(2, 'rnn'));
    expect(draw(1, 'rnn')).not.toEqual(draw(1, 'rnn/multi_rnn_cell/cell_1'));
    expect(draw(1, 'rnn', 5)).toEqual(draw(2, 'other', 5));
  });

  it('draws the same masks on every backend', () => {
    const [output] = new DropoutWrapper(passingCell(8), { inputKeepProb: 0.5, seed: 7 }).call(
      ones([2, 8]) as Tensor2D,
      ones([2, 8]) as Tensor2D,
    );
    expect(values(output)).toEqual([0, 0, 0, 2, 0, 2, 0, 2, 0, 0, 2, 2, 2, 2, 0, 0]);
  });

  it('draws in each place from a stream of its own: what else is dropped does not matter, nor which parts of the state', () => {
    const size = 12;
    const state = () => [matrix(), matrix()] as const;
    const step = (options: DropoutWrapperOptions) => {
      const cell = holding<readonly [Tensor2D, Tensor2D]>([size, size]);
      const [output, next] = new DropoutWrapper(cell, { seed: 4, ...options }).call(matrix(), state());
      return [output, ...next].map(values);
    };
    const [output, first, second] = step({ outputKeepProb: 0.5, stateKeepProb: 0.5 });
    expect(step({ outputKeepProb: 0.5 })[0]).toEqual(output);
    expect(step({ stateKeepProb: 0.5 }).slice(1)).toEqual([first, second]);
    const dropoutStateFilterVisitor: DropoutStateFilter = (part) => (Array.isArray(part) ? [false, true] : true);
    expect(step({ stateKeepProb: 0.5, dropoutStateFilterVisitor })).toEqual([
      values(matrix()),
      values(matrix()),
      second,
    ]);
    expect(new Set([output, first, second].map(String)).size).toBe(3);
  });

  it('gives a sequence in windows the masks of the whole', () => {
    const all = { inputKeepProb: 0.5, outputKeepProb: 0.5, stateKeepProb: 0.5, seed: 1 };
    const [whole, windows] = [1, 2].map(() => new DropoutWrapper(passingCell(size), all));
    const draw = (cell: RNNCell<Tensor2D> | undefined, steps: number) =>
      Array.from({ length: steps }, () => cell?.call(matrix(), matrix()).map(values));
    const want = draw(whole?.forSequence(batchSize, size), 5);
    expect([2, 3].flatMap((steps) => draw(windows?.forSequence(batchSize, size), steps))).toEqual(want);
  });

  it('starts its masks anew in another store, and goes on when it is built again in the same', () => {
    const wrapper = new DropoutWrapper(passingCell(size), { inputKeepProb: 0.5 });
    const draw = (store: VariableStore) => {
      wrapper.build(size, { scope: 'rnn', store });
      return values(wrapper.call(matrix(), matrix())[0]);
    };
    const [store, same] = [new VariableStore({ seed: 1 }), new VariableStore({ seed: 1 })];
    const first = draw(store);
    expect(draw(store)).not.toEqual(first);
    expect(draw(same)).toEqual(first);
  });

  it.each([undefined, 5])(
    'goes on where another was, given the states of its store; with seed %s of its own',
    (seed) => {
      const built = (store: VariableStore) => {
        const wrapper = new DropoutWrapper(
          new DropoutWrapper(passingCell(size), { stateKeepProb: 0.5, ...(seed !== undefined && { seed }) }),
          { inputKeepProb: 0.5, outputKeepProb: 0.5, ...(seed !== undefined && { seed }) },
        );
        wrapper.build(size, { scope: 'rnn', store });
        return () => wrapper.call(matrix(), matrix()).map(values);
      };
      const [store, other] = [new VariableStore({ seed: 1 }), new VariableStore({ seed: 1 })];
      const [step, resumed] = [built(store), built(other)];
      const first = [step(), step()];
      expect(Object.keys(store.streams.states())).toEqual([
        'rnn/dropout_1/input_0',
        'rnn/dropout/state_0',
        'rnn/dropout_1/output_0',
      ]);
      other.streams.restore(store.streams.states());
      const next = [step(), step()];
      expect([resumed(), resumed()]).toEqual(next);
      expect(next).not.toEqual(first);
    },
  );

  it('drops within another, through other wrappers too, independently of it and the same in two runs', () => {
    const half = { outputKeepProb: 0.5 };
    const inner = () => new DropoutWrapper(passingCell(size), half);
    const nested = [
      () => new DropoutWrapper(inner(), half),
      () => new DropoutWrapper(new ResidualWrapper(inner(), { residualFn: (_, y) => y }), half),
    ];
    const run = (cell: DropoutWrapper<Tensor2D>): number[] => {
      cell.build(size, { scope: 'rnn', store: new VariableStore({ seed: 1 }) });
      return values(cell.call(matrix(), matrix())[0]);
    };
    const alone = run(inner());
    for (const make of nested) {
      const output = run(make());
      expect(run(make())).toEqual(output);
      const kept = output.filter((value) => value === 4).length;
      expect(kept + output.filter((value) => value === 0).length).toBe(batchSize * size);
      expect(Math.abs(kept / (batchSize * size) - 0.25)).toBeLessThan(4 * Math.sqrt(0.1875 / (batchSize * size)));
      expect(output.every((value, n) => value === 0 || alone[n] === 2)).toBe(true);
    }
  });

  it('is its cell with training: false, drawn for the sequence where that is', () => {
    const all = { inputKeepProb: 0.5, outputKeepProb: 0.5, stateKeepProb: 0.5 };
    const cell = passingCell(size);
    const evaluation = { training: false };
    expect(new DropoutWrapper(cell, all).forSequence(batchSize, size, evaluation)).toBe(cell);
    const nested = new DropoutWrapper(new ResidualWrapper(new DropoutWrapper(cell, all)), {
      ...all,
      variationalRecurrent: true,
    });
    const [output] = nested.forSequence(batchSize, size, evaluation).call(matrix(), matrix());
    expect(new Set(values(output))).toEqual(new Set([2]));
    expect(
      zerosIn(nested.forSequence(batchSize, size, { training: true }).call(matrix(), matrix())[0]),
    ).toBeGreaterThan(0);
  });

  it('has one variational mask for all rows of the batch, as TensorFlow', () => {
    const options = { inputKeepProb: 0.5, stateKeepProb: 0.5, variationalRecurrent: true };
    const drawn = new DropoutWrapper(passingCell(size), options).forSequence(batchSize, size);
    for (const part of drawn.call(matrix(), matrix())) {
      const rows = part.arraySync();
      expect(new Set(rows.map(String)).size).toBe(1);
      expect(new Set(rows[0])).toEqual(new Set([0, 2]));
    }
  });

  it('keeps one mask for a sequence with variationalRecurrent, and draws another for the next', () => {
    const all = { inputKeepProb: 0.5, outputKeepProb: 0.5, stateKeepProb: 0.5, seed: 1 };
    const wrapper = new DropoutWrapper(passingCell(size), { ...all, variationalRecurrent: true });
    const steps = (cell: RNNCell<Tensor2D>) => [0, 1, 2].map(() => cell.call(matrix(), matrix()).map(values));
    const [first, second, third] = steps(wrapper.forSequence(batchSize, size));
    expect([second, third]).toEqual([first, first]);
    expect(first?.[0]).not.toEqual(first?.[1]);
    const [next] = steps(wrapper.forSequence(batchSize, size));
    expect(next).not.toEqual(first);
    const [a, b] = steps(new DropoutWrapper(passingCell(size), all).forSequence(batchSize, size));
    expect(b).not.toEqual(a);
  });

  it('passes the gradient of what it kept, scaled', () => {
    const wrapper = new DropoutWrapper(passingCell(size), { inputKeepProb: 0.5, variationalRecurrent: true, seed: 1 });
    const drawn = wrapper.forSequence(batchSize, size);
    const x = matrix();
    const gradient = grad((x) => sum(drawn.call(x as Tensor2D, matrix())[0]))(x);
    expectClose(gradient, values(drawn.call(x, matrix())[0]));
  });

  it('has the variables of its cell, and the cell keeps the same weights without it', () => {
    const cell = new LSTMCell(3);
    const wrapper = new DropoutWrapper(cell, { outputKeepProb: 0.5 });
    wrapper.build(2, { scope: 'rnn' });
    expect([...wrapper.variables.keys()]).toEqual(['rnn/lstm_cell/kernel', 'rnn/lstm_cell/bias']);
    expect([...wrapper.variables]).toEqual([...cell.variables]);
  });

  it('leaves as many tensors as it found', () => {
    const all = { inputKeepProb: 0.5, outputKeepProb: 0.5, stateKeepProb: 0.5 };
    for (const variationalRecurrent of [false, true]) {
      const wrapper = new DropoutWrapper(new LSTMCell(3, { inputSize: size }), { ...all, variationalRecurrent });
      const [x, state] = [matrix(), wrapper.zeroState(batchSize)];
      expectNoLeak(() => wrapper.call(x, state));
      const drawn = expectNoLeak(() => wrapper.forSequence(batchSize, size));
      expectNoLeak(() => drawn.call(x, state));
      expectNoLeak(() => drawn.call(x, state));
    }
    const broken = new DropoutWrapper(
      new LSTMCell(3, {
        activation: () => {
          throw new Error('this activation is broken');
        },
      }),
      all,
    );
    const [x, state] = [matrix(), broken.zeroState(batchSize)];
    expectThrows(() => broken.call(x, state), 'this activation is broken');
    expect(broken.variables.size).toBe(0);
  });

  it('refuses a dropoutStateFilterVisitor whose answer is no boolean, nor one for each part', () => {
    const [tensor, pair, tuple] = [matrix(), new LSTMStateTuple(matrix(), matrix()), [matrix(), matrix()]] as const;
    const refused = (stateSize: RNNCell['stateSize'], state: State, answer: unknown, text: string) => {
      const options = { stateKeepProb: 0.5, dropoutStateFilterVisitor: () => answer as never };
      expectThrows(
        () => new DropoutWrapper(holding(stateSize), options).call(tensor, state),
        `DropoutWrapper.call: expected dropoutStateFilterVisitor to return ${text}`,
      );
    };
    refused(size, tensor, undefined, 'true or false of [50, 40], got undefined');
    refused(size, tensor, [true], 'true or false of [50, 40], got an array');
    const each = 'true, false or one of them for each part of';
    const shapes = 'LSTMStateTuple(c=[50, 40], h=[50, 40])';
    const [pairSize, ofPair] = [new LSTMStateTuple(size, size), `${each} ${shapes}`];
    refused(pairSize, pair, 1, `${ofPair}, got 1`);
    refused(pairSize, pair, [false, true], `${ofPair}, got an array`);
    refused(pairSize, pair, { c: false, h: 1 }, `${ofPair}, got an object that is no tensor`);
    refused([size, size], [...tuple], [true], `${each} ([50, 40], [50, 40]), got an array`);
  });

  it('refuses shares that are none, what is no cell and no tensor', () => {
    const cell = passingCell(2);
    for (const name of ['inputKeepProb', 'outputKeepProb', 'stateKeepProb']) {
      for (const value of [0, -0.1, 1.1, Number.NaN]) {
        expectThrows(
          () => new DropoutWrapper(cell, { [name]: value }),
          `DropoutWrapper: expected ${name} to be above 0 and at most 1, got ${value}`,
        );
      }
    }
    for (const [options, text] of [
      [{ variationalRecurrent: 'yes' }, "expected variationalRecurrent to be true or false, got 'yes'"],
      [{ dropoutStateFilterVisitor: true }, 'expected dropoutStateFilterVisitor to be a function, got true'],
      [{ seed: 'one' }, "expected seed to be a finite number, got 'one'"],
    ] as const) {
      expectThrows(() => new DropoutWrapper(cell, options as never), `DropoutWrapper: ${text}`);
    }
    expectThrows(
      () => new DropoutWrapper({} as never),
      'DropoutWrapper: expected cell to be a cell, with call, stateSize and outputSize, got an object without call',
    );
    expectThrows(
      () => new DropoutWrapper(cell).call(3 as never, 3 as never),
      'DropoutWrapper.call: expected inputs to be a tensor [B, D], got 3',
    );
  });
});
