import { conv1d, conv2d, conv3d, matMul, type Rank, reshape, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { expectClose, sequenceOf } from 'testing';
import { expect, it } from 'vitest';
import { patches } from './patches';

const drawn = <R extends Rank>(shape: number[], seed: number): Tensor<R> =>
  tensor<R>(
    sequenceOf(
      shape.reduce((size, n) => size * n),
      seed,
    ),
    shape as never,
  );
const convolved = (x: Tensor, kernel: Tensor) =>
  matMul(patches(x, kernel.shape.slice(0, -2)), reshape<Rank.R2>(kernel, [-1, kernel.shape.at(-1) as number]));

it.each([1, 2, 3, 4, 5])("times a kernel %i wide is TensorFlow.js' own convolution", (width) => {
  const [line, lineKernel] = [drawn<Rank.R3>([2, 6, 3], 1), drawn<Rank.R3>([width, 3, 2], 2)];
  expectClose(convolved(line, lineKernel), conv1d(line, lineKernel, 1, 'same').dataSync());
  const [image, imageKernel] = [drawn<Rank.R4>([2, 5, 4, 3], 3), drawn<Rank.R4>([2, width, 3, 2], 4)];
  expectClose(convolved(image, imageKernel), conv2d(image, imageKernel, 1, 'same').dataSync());
  const [volume, volumeKernel] = [drawn<Rank.R5>([2, 4, 3, 5, 2], 5), drawn<Rank.R5>([width, 1, 2, 2, 3], 6)];
  expectClose(convolved(volume, volumeKernel), conv3d(volume, volumeKernel, 1, 'same').dataSync());
});

it('has a row for every place, and a column for what is seen of every channel', () => {
  expect(patches(drawn([2, 5, 4, 3], 1), [3, 2]).shape).toEqual([2 * 5 * 4, 3 * 2 * 3]);
});
