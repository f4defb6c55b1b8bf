import { memory } from '@tensorflow/tfjs-core';
import { expectNoLeak } from 'testing';
import { describe, expect, it } from 'vitest';
import { expectThrows } from '../testing/expect-throws';
import { atomically, undoOnThrow } from './atomically';
import { constant } from './initializers';
import { VariableError, VariableStore } from './variable-store';

const valuesOf = (store: VariableStore, name: string, shape = [2, 3]) => [
  ...store.getVariable(name, shape, { reuse: 'auto' }).dataSync(),
];

describe('VariableStore', () => {
  it('makes a float32 variable of the shape, the values and the name asked for', () => {
    const store = new VariableStore();
    const made = store.getVariable('dense/kernel', [2, 1], { initializer: constant(0.5) });
    expect([made.shape, made.dtype, made.trainable, [...made.dataSync()]]).toEqual([
      [2, 1],
      'float32',
      true,
      [0.5, 0.5],
    ]);
    expect(store.getVariable('step', [], { trainable: false }).trainable).toBe(false);
    expect([...store.variables.keys()]).toEqual(['dense/kernel', 'step']);
    expect(store.variables.get('dense/kernel')).toBe(made);
  });

  it("says TensorFlow's three sentences", () => {
    const store = new VariableStore();
    const made = store.getVariable('a', [2, 3]);
    expectThrows(
      () => store.getVariable('b', [2], { reuse: true }),
      "Variable b does not exist, or was not created with getVariable(). Did you mean to set reuse: 'auto'?",
    );
    for (const options of [{}, { reuse: false }]) {
      expectThrows(
        () => store.getVariable('a', [2, 3], options),
        "Variable a already exists, disallowed. Did you mean to set reuse: true or reuse: 'auto'?",
      );
    }
    for (const reuse of [true, 'auto'] as const) {
      expectThrows(
        () => store.getVariable('a', [3, 2], { reuse }),
        'Trying to share variable a, but specified shape (3, 2) and found shape (2, 3).',
      );
      expect(store.getVariable('a', [2, 3], { reuse })).toBe(made);
    }
    expect(store.getVariable('b', [2], { reuse: 'auto' })).toBe(store.variables.get('b'));
    expect(() => store.getVariable('a', [2, 3])).toThrow(VariableError);
  });

  it('gives a variable the values of its seed and its name, whatever was made before', () => {
    const [one, two, other] = [7, 7, 8].map((seed) => new VariableStore({ seed })) as [
      VariableStore,
      VariableStore,
      VariableStore,
    ];
    const [a, b] = [valuesOf(one, 'a'), valuesOf(one, 'b')];
    expect([valuesOf(two, 'b'), valuesOf(two, 'a')]).toEqual([b, a]);
    expect(a).not.toEqual(b);
    expect(valuesOf(other, 'a')).not.toEqual(a);
  });

  it('gives a variable, and a stream, the values of the name that it is drawn as', () => {
    const [plain, renamed] = [{}, { drawnAs: (name: string) => name.replace('b/', '') }].map(
      (options) => new VariableStore({ seed: 7, ...options }),
    ) as [VariableStore, VariableStore];
    expect(valuesOf(renamed, 'a/b/kernel')).toEqual(valuesOf(plain, 'a/kernel'));
    expect(valuesOf(renamed, 'c')).toEqual(valuesOf(plain, 'c'));
    expect(valuesOf(plain, 'a/b/kernel')).not.toEqual(valuesOf(plain, 'a/kernel'));
    expect([...renamed.variables.keys()]).toEqual(['a/b/kernel', 'c']);
    expect(renamed.streams.get('a/b/mask').uniform()).toBe(plain.streams.get('a/mask').uniform());
    expect(Object.keys(renamed.streams.states())).toEqual(['a/b/mask']);
  });

  it('tells the seed that it took where none was given', () => {
    const store = new VariableStore();
    expect(valuesOf(new VariableStore({ seed: store.seed }), 'a')).toEqual(valuesOf(store, 'a'));
    expect(new VariableStore().seed).not.toBe(store.seed);
  });

  it('keeps its names to itself', () => {
    const [one, two] = [new VariableStore(), new VariableStore()];
    expect(two.getVariable('a', [1])).not.toBe(one.getVariable('a', [1]));
  });

  it('refuses an initializer that gives too few values, and makes nothing', () => {
    const store = new VariableStore();
    expectThrows(
      () => store.getVariable('a', [2, 3], { initializer: () => new Float32Array(5) }),
      'initializer of a: expected 6 values for shape [2, 3], got 5',
    );
    expect(store.variables.size).toBe(0);
  });

  it('frees one variable, or all', () => {
    expectNoLeak(() => {
      const store = new VariableStore();
      const before = memory().numTensors;
      for (const name of ['a', 'b', 'c']) store.getVariable(name, [2]);
      expect(memory().numTensors).toBe(before + 3);
      store.dispose('b');
      expect([...store.variables.keys()]).toEqual(['a', 'c']);
      store.dispose('unknown');
      store.dispose();
      expect(store.variables.size).toBe(0);
      store.getVariable('a', [5]);
      store.dispose();
    });
  });
});

describe('atomically', () => {
  const run = (...steps: (() => void)[]) => atomically(() => steps.forEach((step) => void step()));
  const fail = () => {
    throw new Error('no further');
  };

  it('takes back what was made when it throws, last first, and nothing else', () => {
    const undone: string[] = [];
    const make = (name: string) => () => undoOnThrow(() => undone.push(name));
    make('outside')();
    run(make('kept'));
    expect(() => run(make('a'), () => run(make('b')), make('c'), fail)).toThrow('no further');
    expect(undone).toEqual(['c', 'b', 'a']);
  });

  it('takes back the inner part alone where the outer one goes on', () => {
    const store = new VariableStore();
    run(
      () => store.getVariable('outer', [1]),
      () => expect(() => run(() => store.getVariable('inner', [1]), fail)).toThrow('no further'),
    );
    expect([...store.variables.keys()]).toEqual(['outer']);
  });
});
