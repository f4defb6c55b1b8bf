import { memory, type Scalar, scalar } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { adagrad } from '../optimizers/adagrad';
import { optimizeLoss } from './optimize-loss';

const options = { optimizer: 'Adagrad', learningRate: 0.1 } as const;

test.each([
  ['Adagrad', 'Adagrad'],
  ['Adam', 'Adam'],
  ['Momentum', 'Momentum'],
  ['RMSProp', 'RMSProp'],
  ['SGD', 'GradientDescent'],
] as const)('%s is an optimiser by that name, at the rate it is asked for', (optimizer, name) => {
  const loss = scalar(2);
  const trainOp = optimizeLoss(loss, { ...options, optimizer });
  expect(trainOp).toMatchObject({ loss, learningRate: 0.1 });
  expect(trainOp.makeOptimizer(0.5)).toMatchObject({ name, learningRate: 0.5 });
  loss.dispose();
});

test('a function is called as it is', () => {
  const loss = scalar(2);
  expect(optimizeLoss(loss, { ...options, optimizer: adagrad }).makeOptimizer).toBe(adagrad);
  loss.dispose();
});

test('optimizeLoss refuses what is no loss, no rate, no optimiser and no norm, and computes nothing', () => {
  const loss = scalar(2);
  const { numTensors } = memory();
  const refuses = (change: object, text: string) =>
    expect(() => optimizeLoss(loss, { ...options, ...change })).toThrow(text);
  expect(optimizeLoss(loss, options)).toMatchObject({ loss, learningRate: 0.1 });
  expect(() => optimizeLoss((() => loss) as unknown as Scalar, options)).toThrow(
    'optimizeLoss: expected loss to be a tensor [], got a function',
  );
  refuses({ learningRate: -1 }, 'optimizeLoss: expected learningRate to be a finite number of at least 0, got -1');
  refuses(
    { optimizer: 'Ftrl' },
    "optimizeLoss: expected optimizer to be one of Adagrad, Adam, Momentum, RMSProp, SGD, got 'Ftrl'",
  );
  refuses({ clipGradients: 0 }, 'optimizeLoss: expected clipGradients to be a finite number above 0, got 0');
  refuses({ learningRateDecayFn: 0.5 }, 'optimizeLoss: expected learningRateDecayFn to be a function, got 0.5');
  expect(memory().numTensors).toBe(numTensors);
  loss.dispose();
});
