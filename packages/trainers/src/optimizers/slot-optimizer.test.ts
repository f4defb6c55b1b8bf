import { dispose, memory, type Tensor, tensor1d, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak } from 'testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LearningRate } from '../schedules/schedule';
import { adagrad } from './adagrad';
import { adam } from './adam';
import { gradientDescent } from './gradient-descent';
import { momentum } from './momentum';
import type { Optimizer } from './optimizer';
import { rmsProp } from './rms-prop';

let variables: Map<string, Variable>;
let gradients: Map<string, Tensor>;

beforeEach(() => {
  variables = new Map([
    ['a', tidy(() => variable(tensor1d([1, 2])))],
    ['b', tidy(() => variable(tensor1d([3, 4, 5])))],
  ]);
  gradients = new Map([
    ['a', tensor1d([0.5, -1])],
    ['b', tensor1d([1, 2, 3])],
  ]);
});

afterEach(() => dispose([...variables.values(), ...gradients.values()]));

const all: [Optimizer, string[]][] = [
  [adam(0.1), ['Adam', 'Adam_1']],
  [adagrad(0.1), ['Adagrad']],
  [momentum(0.1, 0.9), ['Momentum']],
  [rmsProp(0.1), ['RMSProp', 'RMSProp_1']],
  [rmsProp(0.1, { centered: true }), ['RMSProp', 'RMSProp_1', 'RMSProp_2']],
  [gradientDescent(0.1), []],
];

for (const [optimizer, slots] of all) {
  test(`${optimizer.name} keeps ${slots.join(', ') || 'no slot'} of each variable, and frees all else and at last those`, () => {
    const before = memory().numTensors;
    expect([...optimizer.slots.keys()]).toEqual([]);
    optimizer.applyGradients(variables, gradients);
    expect([...optimizer.slots.keys()]).toEqual(['a', 'b'].flatMap((name) => slots.map((slot) => `${name}/${slot}`)));
    expect(memory().numTensors).toBe(before + 2 * slots.length);
    const { numBytes } = memory();
    for (let k = 0; k < 3; k++) expectNoLeak(() => optimizer.applyGradients(variables, gradients));
    expect(memory().numBytes).toBe(numBytes);
    expect(optimizer.iterations).toBe(4);
    optimizer.dispose();
    expect(memory().numTensors).toBe(before);
    expect(optimizer.iterations).toBe(0);
  });
}

test('a slot holds what TensorFlow would save: the mean of the squares after one update is 0.9 + 0.1 g²', () => {
  const optimizer = rmsProp(0.1);
  optimizer.applyGradients(variables, gradients);
  expectClose(optimizer.slots.get('a/RMSProp') as Tensor, [0.9 + 0.1 * 0.25, 1]);
  optimizer.dispose();
});

test('a variable without a gradient stays as it is, and gets its slots when its first gradient comes', () => {
  const optimizer = adagrad(0.1);
  gradients.delete('b');
  optimizer.applyGradients(variables, gradients);
  expect([...(variables.get('b') as Variable).dataSync()]).toEqual([3, 4, 5]);
  expectClose(variables.get('a') as Variable, [1 - (0.1 * 0.5) / Math.sqrt(0.35), 2 + 0.1 / Math.sqrt(1.1)]);
  expect([...optimizer.slots.keys()]).toEqual(['a/Adagrad']);
  optimizer.dispose();
});

test('the rate can change between two updates', () => {
  const optimizer = gradientDescent(0.5);
  optimizer.learningRate = 2;
  optimizer.applyGradients(variables, gradients);
  expectClose(variables.get('a') as Variable, [0, 4]);
  expect(() => {
    optimizer.learningRate = Number.NaN;
  }).toThrow('GradientDescent: expected learningRate to be a finite number of at least 0, got NaN');
});

test('a schedule gives each update its rate, from how many were made before it, until a rate is set', () => {
  const asked: number[] = [];
  const optimizer = gradientDescent((step) => {
    asked.push(step);
    return [0.5, 2, 0][step] ?? Number.NaN;
  });
  expect(optimizer.learningRate).toBe(0.5);
  optimizer.applyGradients(variables, gradients);
  expectClose(variables.get('a') as Variable, [0.75, 2.5]);
  optimizer.applyGradients(variables, gradients);
  expectClose(variables.get('a') as Variable, [-0.25, 4.5]);
  optimizer.applyGradients(variables, gradients);
  expectClose(variables.get('a') as Variable, [-0.25, 4.5]);
  expect(asked).toEqual([0, 0, 1, 2]);
  const update = () => optimizer.applyGradients(variables, gradients);
  expect(() => expectNoLeak(update)).toThrow(
    'GradientDescent: expected the learningRate of step 3 to be a finite number of at least 0, got NaN',
  );
  expect(optimizer.iterations).toBe(3);
  optimizer.learningRate = 1;
  update();
  expectClose(variables.get('a') as Variable, [-0.75, 5.5]);
  optimizer.dispose();
});

test('every optimiser with a schedule moves as with the rate set before each update', () => {
  const rates = [0.1, 0.03, 0.2];
  const makers = [adam, adagrad, (rate) => momentum(rate, 0.9), rmsProp, gradientDescent] satisfies ((
    rate: LearningRate,
  ) => Optimizer)[];
  for (const make of makers) {
    const run = (optimizer: Optimizer, before: (step: number) => void) => {
      const moved = new Map([...variables].map(([name, w]) => [name, tidy(() => variable(w.clone()))]));
      for (const step of rates.keys()) {
        before(step);
        optimizer.applyGradients(moved, gradients);
      }
      const values = [...moved.values()].flatMap((w) => [...w.dataSync()]);
      dispose([...moved.values()]);
      optimizer.dispose();
      return values;
    };
    const set = make(0);
    const wanted = run(set, (step) => {
      set.learningRate = rates[step] as number;
    });
    expect(
      run(
        make((step) => rates[step] as number),
        () => {},
      ),
    ).toEqual(wanted);
  }
});

test('an update that cannot be made says why, and leaves every variable and slot as it was', () => {
  const optimizer = adam(0.1);
  const refuses = (given: Map<string, Tensor>, text: string) => {
    expect(() => expectNoLeak(() => optimizer.applyGradients(variables, given))).toThrow(text);
    expect([...(variables.get('a') as Variable).dataSync()]).toEqual([1, 2]);
    expect(optimizer.slots.size).toBe(0);
    expect(optimizer.iterations).toBe(0);
  };
  refuses(
    new Map(),
    'Adam.applyGradients: expected a gradient of at least one of a, b, got none. Does the loss depend',
  );
  refuses(
    new Map([...gradients, ['c', gradients.get('a') as Tensor]]),
    'Adam.applyGradients: expected gradients of a, b, got c',
  );
  refuses(
    new Map([...gradients, ['b', gradients.get('a') as Tensor]]),
    'Adam.applyGradients: expected the gradient of b to have shape [3], got [2]',
  );
});

test('an optimiser that knows a variable of the same name with another shape says so', () => {
  const optimizer = adam(0.1);
  optimizer.applyGradients(variables, gradients);
  const other = new Map([['a', variables.get('b') as Variable]]);
  expect(() => optimizer.applyGradients(other, new Map([['a', gradients.get('b') as Tensor]]))).toThrow(
    'Adam.applyGradients: expected a to have shape [2], as a/Adam has, got [3]. Give each model an optimiser of its own.',
  );
  optimizer.dispose();
});
