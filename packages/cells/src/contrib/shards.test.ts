import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { sequenceOf } from 'testing';
import { describe, expect, it } from 'vitest';
import { expectThrows } from '../testing/expect-throws';
import { ones } from '../weights/initializers';
import { declareShards, joinShards } from './shards';

describe('shards', () => {
  it.each([
    [1, [7]],
    [2, [4, 3]],
    [3, [3, 2, 2]],
    [7, [1, 1, 1, 1, 1, 1, 1]],
  ])('cut 7 rows in %d as evenly as can be, longer ones first', (count, rows) => {
    const initializer = ones();
    const shards = declareShards('Cell.build', 'W', [7, 5], { count, option: 'numUnitShards', initializer });
    expect(shards).toEqual(Object.fromEntries(rows.map((size, k) => [`W_${k}`, { shape: [size, 5], initializer }])));
  });

  it('join to the matrix, the first on top', () => {
    const matrix = sequenceOf(11 * 2, 1);
    const shards = declareShards('Cell.build', 'W', [11, 2], { count: 11, option: 'numUnitShards' });
    let from = 0;
    const parts = new Map<string, Tensor2D>();
    for (const [name, { shape }] of Object.entries(shards)) {
      const [rows = 0, columns = 0] = shape;
      parts.set(name, tensor2d(matrix.slice(from, from + rows * columns), [rows, columns]));
      from += rows * columns;
    }
    const joined = joinShards('W', 11, (name) => parts.get(name) as Tensor2D);
    expect([joined.shape, [...joined.dataSync()]]).toEqual([[11, 2], [...Float32Array.from(matrix)]]);
  });

  it('are no more than there are rows', () => {
    expectThrows(
      () => declareShards('Cell.build', 'W_P', [2, 9], { count: 3, option: 'numProjShards' }),
      'Cell.build: expected numProjShards to be at most 2, the rows of W_P, got 3',
    );
  });
});
