import '@rnn/cells/gradients';
import { grad, sum, type Tensor, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { clip } from './clip';

const make = () => tensor2d([-2, -0.25, 0.25, 3], [2, 2]);

it('clip keeps values within the limit on both sides and passes no gradient where it clipped', () => {
  const x = make();
  expect([...clip(x, 0.5).dataSync()]).toEqual([-0.5, -0.25, 0.25, 0.5]);
  const slopes = grad((v: Tensor) => sum(clip(v as Tensor2D, 0.5)))(x);
  expect([...slopes.dataSync()]).toEqual([0, 1, 1, 0]);
});

it('clip without a limit gives what it was given', () => {
  const x = make();
  expect(clip(x, undefined)).toBe(x);
});
