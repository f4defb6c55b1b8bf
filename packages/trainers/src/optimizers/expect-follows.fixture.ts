import { type Tensor, tensor, tidy, type Variable, variable, zeros } from '@tensorflow/tfjs-core';
import { expectClose, sequenceOf } from 'testing';
import type { Optimizer } from './optimizer';

/** An optimiser's formula for one number in float64: the new weight. What it remembers it keeps in `memory`, an object of its own. */
type Formula<Memory> = (w: number, g: number, memory: Memory, t: number) => number;

/**
 * Fails unless 20 updates of two variables on random gradients end where the formula ends, number by number. The variables start at zero, so
 * that the bound, 1e-5 relative, is on the sum of the updates.
 */
export function expectFollows<Memory>(optimizer: Optimizer, begin: () => Memory, formula: Formula<Memory>): void {
  const shapes = { 'rnn/kernel': [3, 4], 'rnn/bias': [4] };
  const variables = new Map<string, Variable>();
  const want = new Map<string, { w: number; memory: Memory }[]>();
  for (const [name, shape] of Object.entries(shapes)) {
    const made = tidy(() => variable(zeros(shape) as Tensor));
    variables.set(name, made);
    want.set(
      name,
      Array.from({ length: made.size }, () => ({ w: 0, memory: begin() })),
    );
  }
  for (let t = 1; t <= 20; t++) {
    tidy(() => {
      const gradients = new Map<string, Tensor>();
      for (const [k, [name, numbers]] of [...want].entries()) {
        const values = sequenceOf(numbers.length, 100 * k + t);
        gradients.set(name, tensor(values, (variables.get(name) as Variable).shape));
        for (const [i, number] of numbers.entries())
          number.w = formula(number.w, values[i] as number, number.memory, t);
      }
      optimizer.applyGradients(variables, gradients);
    });
  }
  for (const [name, numbers] of want) {
    const got = variables.get(name) as Variable;
    expectClose(
      got,
      numbers.map(({ w }) => w),
    );
    got.dispose();
  }
  optimizer.dispose();
}
