import { cast, getBackend, greater, matMul, scalar, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';

const product = () => tidy(() => matMul(tensor2d([1, 2, 3, 4], [2, 2]), tensor2d([5, 6, 7, 8], [2, 2])));

it('a project computes on the backend that it names', () => {
  expect(getBackend()).toBe(process.env.RNN_TEST_BACKEND);
});

it('its results can be read at once, as numbers of each kind', async () => {
  const x = product();
  expect(Array.from(x.dataSync())).toEqual([19, 22, 43, 50]);
  expect(Array.from(cast(x, 'int32').dataSync())).toEqual([19, 22, 43, 50]);
  expect(Array.from(greater(x, scalar(30)).dataSync())).toEqual([0, 0, 1, 1]);
  expect(Array.from(await product().data())).toEqual([19, 22, 43, 50]);
});

it('a read at once waits for what was asked for before it', async () => {
  const [first, second] = [product(), product()];
  const later = first.data();
  expect(second.dataSync()).toEqual(await later);
});
