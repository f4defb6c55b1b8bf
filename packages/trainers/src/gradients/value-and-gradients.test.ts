import { BasicRNNCell } from '@rnn/cells';
import {
  add,
  customGrad,
  dispose,
  matMul,
  type Scalar,
  square,
  sum,
  type Tensor,
  tensor1d,
  tensor2d,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak } from 'testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { valueAndGradients } from './value-and-gradients';

let variables: Map<string, Variable>;

beforeAll(() => {
  variables = new Map<string, Variable>([
    ['w', tidy(() => variable(tensor2d([1, 2, 3, 4], [2, 2])))],
    ['idle', tidy(() => variable(tensor1d([7])))],
    ['fixed', tidy(() => variable(tensor1d([1, 1]), false))],
  ]);
});
afterAll(() => dispose([...variables.values()]));

const loss = (): Scalar => {
  const product = matMul(tensor2d([1, -2], [1, 2]), variables.get('w') as Variable);
  return sum<Scalar>(square(add(product, variables.get('fixed') as Variable)));
};

test('the loss and its gradients come under our names; a variable it does not touch and one not trainable have none', () => {
  const { value, gradients } = valueAndGradients(loss, variables);
  // [1, -2] · w + 1 = [-4, -5]
  expectClose(value, [16 + 25]);
  expect([...gradients.keys()]).toEqual(['w']);
  expectClose(gradients.get('w') as Tensor, [-8, -10, 16, 20]);
  dispose([value, ...gradients.values()]);
});

test('a loss that touches none of the variables has a value and no gradients', () => {
  const { value, gradients } = valueAndGradients(() => sum(tensor1d([1, 2])), variables);
  expect([value.dataSync()[0], gradients.size]).toEqual([3, 0]);
  value.dispose();
});

test('nothing stays alive but what is returned', () => {
  expectNoLeak(() => {
    const { value, gradients } = valueAndGradients(loss, variables);
    return [value, ...gradients.values()];
  });
});

test('nothing stays alive when the loss throws, nor when a gradient does', () => {
  const failing = () => {
    loss();
    throw new Error('no loss today');
  };
  expect(() => expectNoLeak(() => valueAndGradients(failing, variables))).toThrow('no loss today');
  const oneWay = customGrad((x) => ({
    value: square(x as Tensor),
    gradFunc: () => {
      throw new Error('no way back');
    },
  }));
  const stuck = () => sum<Scalar>(square(oneWay(matMul(variables.get('w') as Variable, tensor2d([1, 2], [2, 1])))));
  expect(() => expectNoLeak(() => valueAndGradients(stuck, variables))).toThrow('no way back');
});

test('a loss of many numbers and a missing variable are told', () => {
  const many = () => square(variables.get('w') as Variable) as unknown as Scalar;
  expect(() => expectNoLeak(() => valueAndGradients(many, variables))).toThrow(
    'valueAndGradients: expected the loss to be one float32 number, of shape [], got float32 [2, 2]',
  );
  expect(() => valueAndGradients(loss, new Map())).toThrow(
    'valueAndGradients: expected at least one trainable variable, got none. Is the model built?',
  );
});

test('a loss that makes its variables, which would not be trained, is told', () => {
  const cell = new BasicRNNCell(2);
  const lazy = (): Scalar => sum(cell.call(tensor2d([1, 2], [1, 2]), zeros([1, 2]))[0]);
  expect(() => valueAndGradients(lazy, variables)).toThrow(
    'valueAndGradients: expected a loss whose variables are there, got one that made 2. Build the cell first, or give it its inputSize.',
  );
  const { value, gradients } = valueAndGradients(lazy, cell.variables);
  expect([...gradients.keys()]).toEqual(['basic_rnn_cell/kernel', 'basic_rnn_cell/bias']);
  dispose([value, ...gradients.values()]);
  cell.dispose();
});
