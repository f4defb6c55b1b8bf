import '@rnn/cells/gradients';
import { BasicLSTMCell, flattenState, GRUCell, LSTMCell, MultiRNNCell, type RNNCell, type State } from '@rnn/cells';
import {
  grads,
  memory,
  mul,
  ones,
  type Rank,
  sum,
  type Tensor,
  type Tensor2D,
  tensor,
  tensor2d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { CountingCell } from '../testing/counting-cell';
import { staticRnn } from './static-rnn';
import { type StateName, type StateSaver, staticStateSavingRnn } from './static-state-saving-rnn';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });
const values = (t: Tensor) => [...t.dataSync()];

/** Keeps states in a map, as a user would. */
class MapSaver implements StateSaver {
  readonly saved: Map<string, Tensor>;

  constructor(states: Record<string, Tensor>) {
    this.saved = new Map(Object.entries(states));
  }

  state(name: string): Tensor {
    return this.saved.get(name) as Tensor;
  }

  saveState(name: string, state: Tensor): void {
    this.saved.get(name)?.dispose();
    this.saved.set(name, state);
  }

  dispose(): void {
    for (const state of this.saved.values()) state.dispose();
  }
}

const drawn = (rows: number, width: number, seed: number): Tensor2D =>
  tensor(sequenceOf(rows * width, seed), [rows, width]);

describe('a cell that counts, whose answer is x · (h + t)', () => {
  test('goes on from the state that is saved and saves its own', () => {
    const saver = new MapSaver({ count: tensor2d([[10], [20]]) });
    const run = (x: number[][]) =>
      staticStateSavingRnn(
        new CountingCell(1),
        x.map((rows) => tensor2d(rows, [2, 1])),
        saver,
        'count',
      );
    const [outputs, state] = run([
      [1, 2],
      [3, 4],
    ]);
    expect(outputs.map(values)).toEqual([
      [10, 40],
      [33, 84],
    ]);
    expect(values(state)).toEqual([12, 22]);
    expect(values(saver.state('count'))).toEqual([12, 22]);
    expect(values(run([[5, 6]])[0][0] as Tensor)).toEqual([60, 132]);
    expect(values(saver.state('count'))).toEqual([13, 23]);
  });

  test.each([
    [
      [0, 0],
      [10, 20],
    ],
    [
      [1, 2],
      [11, 22],
    ],
    [
      [3, 0],
      [13, 20],
    ],
  ])('with lengths %j saves the state of each row’s last valid step', (sequenceLength, want) => {
    const saver = new MapSaver({ count: tensor2d([[10], [20]]) });
    const steps = [1, 2, 3].map((seed) => drawn(2, 1, seed));
    staticStateSavingRnn(new CountingCell(1), steps, saver, 'count', { sequenceLength });
    expect(values(saver.state('count'))).toEqual(want);
  });
});

describe.each<[string, () => RNNCell, Record<string, number>, StateName]>([
  ['an LSTM, its names a pair', () => new LSTMCell(2, { inputSize: 3 }), { c: 2, h: 2 }, { c: 'c', h: 'h' }],
  [
    'an LSTM, its names a list',
    () => new BasicLSTMCell(2, { inputSize: 3 }),
    { cell: 2, output: 2 },
    ['cell', 'output'],
  ],
  ['a GRU', () => new GRUCell(4, { inputSize: 3 }), { h: 4 }, 'h'],
  [
    'layers, their names nested like the state',
    () => new MultiRNNCell([new LSTMCell(2), new GRUCell(4)]),
    { c0: 2, h0: 2, h1: 4 },
    [{ c: 'c0', h: 'h0' }, 'h1'],
  ],
  [
    'layers, their names a flat list',
    () => new MultiRNNCell([new GRUCell(4), new LSTMCell(2)]),
    { a: 4, b: 2, c: 2 },
    ['a', 'b', 'c'],
  ],
])('%s', (_, make, sizes, names) => {
  const saverOf = () =>
    new MapSaver(Object.fromEntries(Object.entries(sizes).map(([name, width], k) => [name, drawn(2, width, 40 + k)])));
  const steps = () => [1, 2, 3, 4, 5].map((seed) => drawn(2, 3, seed));

  test('two runs are the whole sequence', () => {
    const [cell, saver] = [make(), saverOf()];
    const initial = [...saver.saved.values()];
    const like = flattenState(staticRnn(cell, steps())[1]);
    expect(initial.map(({ shape }) => shape)).toEqual(like.map(({ shape }) => shape));
    const start = nested(cell, initial);
    const [want, wantState] = staticRnn(cell, steps(), { initialState: start, sequenceLength: [5, 4] });
    const [first] = staticStateSavingRnn(cell, steps().slice(0, 3), saver, names);
    const [second, state] = staticStateSavingRnn(cell, steps().slice(3), saver, names, { sequenceLength: [2, 1] });
    for (const [t, output] of [...first, ...second].entries()) expectClose(output, (want[t] as Tensor).dataSync());
    for (const [k, part] of flattenState(wantState).entries()) {
      expectClose(flattenState(state)[k] as Tensor, part.dataSync());
      expectClose([...saver.saved.values()][k] as Tensor, part.dataSync());
    }
  });

  test('what is saved stays, what is returned is the caller’s, and nothing else is left', () => {
    const [cell, saver] = [make(), saverOf()];
    const x = steps();
    tidy(() => void staticStateSavingRnn(cell, x, saver, names));
    const before = memory().numTensors;
    for (let k = 0; k < 200; k++) tidy(() => void staticStateSavingRnn(cell, x, saver, names));
    expect(memory().numTensors).toBe(before);
    const [outputs, state] = staticStateSavingRnn(cell, x, saver, names);
    for (const part of [...outputs, ...flattenState(state)]) part.dispose();
    expect(memory().numTensors).toBe(before);
    for (const saved of saver.saved.values()) expect(saved.isDisposed).toBe(false);
    saver.dispose();
    expect(memory().numTensors).toBe(before - saver.saved.size);
  });
});

/** The tensors of a state, as the cell has it. */
function nested(cell: RNNCell, [a, b, c]: readonly Tensor[]): State {
  if (cell instanceof GRUCell) return a as Tensor;
  if (!(cell instanceof MultiRNNCell)) return { c: a as Tensor, h: b as Tensor };
  return cell.cells[0] instanceof GRUCell
    ? [a as Tensor, { c: b as Tensor, h: c as Tensor }]
    : [{ c: a as Tensor, h: b as Tensor }, c as Tensor];
}

test('gradients are staticRnn’s, and none flows through what was saved', () => {
  const cell = new GRUCell(3, { inputSize: 2 });
  const [first, second] = [drawn(2, 2, 1), drawn(2, 2, 2)];
  const shares = drawn(2, 3, 3);
  const kernel = cell.variables.get('gru_cell/gates/kernel') as Tensor;
  const start = drawn(2, 3, 4);
  const [dFirst, dSecond, dKernel, dStart] = grads((a, b, _, h) => {
    const saver = new MapSaver({ h });
    staticStateSavingRnn(cell, [a], saver, 'h');
    const [[output]] = staticStateSavingRnn(cell, [b], saver, 'h');
    return sum(mul(output as Tensor, shares));
  })([first, second, kernel, start.clone()]) as [Tensor, Tensor, Tensor, Tensor];
  expect(values(dFirst)).toEqual(new Array(4).fill(0));
  expect(values(dStart)).toEqual(new Array(6).fill(0));

  const [, between] = staticRnn(cell, [first], { initialState: start });
  const [wantSecond, wantKernel] = grads((b) => {
    const [[output]] = staticRnn(cell, [b], { initialState: between });
    return sum(mul(output as Tensor, shares));
  })([second, kernel]) as [Tensor, Tensor];
  expectClose(dSecond, wantSecond.dataSync());
  expectClose(dKernel, wantKernel.dataSync());

  const [dState] = grads((h) => {
    const [[output]] = staticStateSavingRnn(
      cell,
      [first],
      { state: () => h, saveState: (_, saved) => saved.dispose() },
      'h',
    );
    return sum(mul(output as Tensor, shares));
  })([start]) as [Tensor];
  const [wantState] = grads((h) => {
    const [[output]] = staticRnn(cell, [first], { initialState: h as Tensor2D });
    return sum(mul(output as Tensor, shares));
  })([start]) as [Tensor];
  expectClose(dState, wantState.dataSync());
});

test('a run that throws saves nothing', () => {
  class Failing extends CountingCell {
    override call(x: Tensor2D, h: Tensor2D): [Tensor2D, Tensor2D] {
      if (this.calls === 1) throw new Error('the second step failed');
      return super.call(x, h);
    }
  }
  const saver = new MapSaver({ h: tensor2d([[7]]) });
  const steps = [ones<Rank.R2>([1, 1]), ones<Rank.R2>([1, 1])];
  expect(() => expectNoLeak(() => staticStateSavingRnn(new Failing(1), steps, saver, 'h'))).toThrow('the second step');
  expect(values(saver.state('h'))).toEqual([7]);
});

test('a saver that throws leaves nothing behind', () => {
  const cell = new LSTMCell(2);
  const steps = [ones<Rank.R2>([1, 3])];
  const zero = zeros<Rank.R2>([1, 2]);
  const saver: StateSaver = {
    state: () => zero,
    saveState(name, state) {
      if (name === 'h') throw new Error('the disk is full');
      state.dispose();
    },
  };
  expect(() => expectNoLeak(() => staticStateSavingRnn(cell, steps, saver, ['c', 'h']))).toThrow('the disk is full');
  expect([...cell.variables]).toEqual([]);
});

test('variables lie under rnn, or under the scope that is given', () => {
  const names = (scope?: string) => {
    const cell = new GRUCell(2);
    staticStateSavingRnn(cell, [ones([1, 3])], new MapSaver({ h: zeros([1, 2]) }), 'h', { scope });
    return [...cell.variables.keys()];
  };
  expect(names()[0]).toBe('rnn/gru_cell/gates/kernel');
  expect(names('session')[0]).toBe('session/gru_cell/gates/kernel');
});

describe('what does not fit gets a sentence, and leaves no weight behind', () => {
  const saver = () => new MapSaver({ c: zeros([2, 3]), h: zeros([2, 3]), long: zeros([2, 4]) });
  const bad: [string, { steps?: unknown; saver?: unknown; name?: unknown; options?: object }, string][] = [
    ['an empty list', { steps: [] }, 'inputs to hold at least one step, got an empty list'],
    ['no saver', { saver: {} }, 'stateSaver to be a StateSaver, got one without state, saveState'],
    ['one name for a pair', { name: 'c' }, "stateName to have a name for each of the state's 2 parts, got 1"],
    ['too many names', { name: ['c', 'h', 'long'] }, "stateName to have a name for each of the state's 2 parts, got 3"],
    ['no name', { name: undefined }, 'stateName to be a string, a pair of them, or a list, got undefined'],
    [
      'a state of another width',
      { name: ['c', 'long'] },
      'the state of stateSaver to have shape LSTMStateTuple(c=[2, 3], h=[2, 3]), got LSTMStateTuple(c=[2, 3], h=[2, 4])',
    ],
    [
      'a name that is not there',
      { name: ['c', 'nobody'] },
      "stateSaver.state('nobody') to give a tensor, got undefined",
    ],
    ['a name for two parts', { name: ['h', 'h'] }, "stateName to name each part once, got 'h' twice"],
    [
      'lengths longer than the list',
      { options: { sequenceLength: [1, 2] } },
      'sequenceLength to hold integers from 0 to 1, got 2 in row 1',
    ],
    ['kernel', { options: { kernel: 'fast' } }, "kernel to be one of auto, fused, reference, got 'fast'"],
  ];
  test.each(bad)('%s', (_, { options, ...given }, text) => {
    const cell = new LSTMCell(3);
    const all = { steps: [ones([2, 5])], saver: saver(), name: ['c', 'h'], ...given };
    const run = () =>
      staticStateSavingRnn(cell, all.steps as Tensor[], all.saver as StateSaver, all.name as StateName, options);
    expect(() => expectNoLeak(run)).toThrow(argumentError(`staticStateSavingRnn: expected ${text}`));
    expect([...cell.variables]).toEqual([]);
  });

  test.each([undefined, null, 0])('%s for the state of a cell that has one tensor', (nothing) => {
    const cell = new GRUCell(3);
    const none = { state: () => nothing as unknown as Tensor, saveState: () => undefined };
    expect(() => staticStateSavingRnn(cell, [ones([2, 5])], none, 'session')).toThrow(
      argumentError(
        `staticStateSavingRnn: expected stateSaver.state('session') to give a tensor, got ${nothing === 0 ? 'number' : nothing}`,
      ),
    );
    expect([...cell.variables]).toEqual([]);
  });

  test('no cell', () => {
    expect(() => staticStateSavingRnn({} as GRUCell, [ones([2, 5])], saver(), 'h')).toThrow(
      argumentError(
        'staticStateSavingRnn: expected cell to be an RNNCell, got one without call, stateSize, outputSize',
      ),
    );
  });
});
