import { zeros } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { dimsOf, sizeOf, TensorShape, widthOf } from './tensor-shape';
import { expectThrows } from './testing/expect-throws';

describe('TensorShape', () => {
  it('is a size, as a number is: what follows the batch', () => {
    expect([dimsOf(3), dimsOf(new TensorShape([4, 5, 2])), dimsOf(new TensorShape([]))]).toEqual([[3], [4, 5, 2], []]);
    expect([widthOf(3), widthOf(new TensorShape([4, 5, 2])), widthOf(new TensorShape([]))]).toEqual([3, 40, 1]);
    expect([sizeOf(zeros([7, 3])), sizeOf(zeros([7, 4, 5]))]).toEqual([3, new TensorShape([4, 5])]);
  });

  it('refuses what are no sizes', () => {
    const expected = 'TensorShape: expected an array of positive integers';
    expectThrows(() => new TensorShape([3, 0]), `${expected}, got [3, 0]`);
    expectThrows(() => new TensorShape([1.5]), `${expected}, got [1.5]`);
    expectThrows(() => new TensorShape(3 as never), `${expected}, got 3`);
  });
});
