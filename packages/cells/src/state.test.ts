import { memory, type Tensor, type Tensor2D, tensor, tensor2d, zeros } from '@tensorflow/tfjs-core';
import { expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, it } from 'vitest';
import {
  checkState,
  describeState,
  flattenState,
  joinedSize,
  joinState,
  LSTMStateTuple,
  mapState,
  splitState,
  unflattenState,
  zeroState,
} from './state';
import { type Size, TensorShape } from './tensor-shape';
import { expectThrows } from './testing/expect-throws';
import { tidyState } from './tidy-state';

const matrix = (width: number, seed: number): Tensor2D => tensor2d(sequenceOf(2 * width, seed), [2, width]);
const state = () => [new LSTMStateTuple(matrix(1, 1), matrix(2, 2)), [matrix(3, 3)], matrix(4, 4)] as const;
const size = [new LSTMStateTuple(1, 2), [3], 4];
const values = (tensor: Tensor) => [...tensor.dataSync()];
const shapes = (tensors: readonly Tensor[]) => tensors.map((part) => part.shape);

describe('a state', () => {
  it('flattens to its tensors, c before h and the first layer first, and back', () => {
    const given = state();
    const parts = flattenState(given);
    expect(shapes(parts)).toEqual([
      [2, 1],
      [2, 2],
      [2, 3],
      [2, 4],
    ]);
    const back = unflattenState(given, parts);
    expect(flattenState(back).every((part, k) => part === parts[k])).toBe(true);
    expect(back[0]).toBeInstanceOf(LSTMStateTuple);
    expect(back).toHaveLength(3);
  });

  it('may be one tensor, or a plain object with c and h', () => {
    const [c, h] = [matrix(1, 1), matrix(1, 2)];
    expect(flattenState(c)).toEqual([c]);
    expect(unflattenState(c as Tensor, [h])).toBe(h);
    expect(flattenState({ c, h })).toEqual([c, h]);
  });

  it('is mapped tensor by tensor, beside others of its structure', () => {
    const [a, b] = [state(), state()];
    const seen: [Tensor, Tensor][] = [];
    const kept = mapState(
      (left, right) => {
        seen.push([left as Tensor, right as Tensor]);
        return right as Tensor;
      },
      a,
      b,
    );
    expect(flattenState(kept)).toEqual(flattenState(b));
    expect(seen.map(([left]) => left)).toEqual(flattenState(a));
    expect(seen.map(([, right]) => right)).toEqual(flattenState(b));
  });

  it('is joined along its width and split again', () => {
    const given = state();
    const joined = joinState(given);
    expect(joined.shape).toEqual([2, joinedSize(size)]);
    const firstRow = flattenState(given).flatMap((part) => values(part).slice(0, part.shape[1] as number));
    expect(values(joined).slice(0, 10)).toEqual(firstRow);
    const back = splitState(joined, size);
    expect(flattenState(back).map(values)).toEqual(flattenState(given).map(values));
    expect((back as readonly unknown[])[0]).toBeInstanceOf(LSTMStateTuple);
    const one = matrix(3, 1);
    expect([joinState(one), splitState(one, 3)]).toEqual([one, one]);
  });

  it('is zero where it starts, as wide as its sizes', () => {
    const start = zeroState(size, 2);
    expect(shapes(flattenState(start))).toEqual(shapes(flattenState(state())));
    expect(
      flattenState(start)
        .flatMap(values)
        .every((value) => value === 0),
    ).toBe(true);
  });

  it('may have parts of more axes, which are joined row by row', () => {
    const shapes = [3, new TensorShape([2, 2]), new LSTMStateTuple<Size>(new TensorShape([1, 1, 2]), 1)];
    const start = zeroState(shapes, 2);
    expect(flattenState(start).map(({ shape }) => shape)).toEqual([
      [2, 3],
      [2, 2, 2],
      [2, 1, 1, 2],
      [2, 1],
    ]);
    expect(joinedSize(shapes)).toBe(10);
    const drawn = unflattenState(
      start,
      flattenState(start).map(({ shape, size }, k) => tensor(sequenceOf(size, k), shape)),
    );
    const joined = joinState(drawn);
    expect(joined.shape).toEqual([2, 10]);
    const rows = flattenState(drawn).map((part) => [...part.dataSync()]);
    expect(values(joined).slice(10)).toEqual(rows.flatMap((part) => part.slice(part.length / 2)));
    const back = splitState(joined, shapes);
    expect(flattenState(back).map(values)).toEqual(rows);
    expect(describeState(back)).toBe(describeState(shapes, 2));
    expectNoLeak(() => joinState(drawn));
    expectNoLeak(() => splitState(joined, shapes));
  });

  it('leaves as many tensors as it found', () => {
    const given = state();
    expectNoLeak(() => zeroState(size, 2));
    expectNoLeak(() => joinState(given));
    const joined = joinState(given);
    expectNoLeak(() => splitState(joined, size));
  });
});

describe('describeState', () => {
  it.each([
    [new LSTMStateTuple(3, 2), 5, 'LSTMStateTuple(c=[5, 3], h=[5, 2])'],
    [size, 2, '(LSTMStateTuple(c=[2, 1], h=[2, 2]), ([2, 3]), [2, 4])'],
    [new LSTMStateTuple(3, 2), undefined, 'LSTMStateTuple(c=3, h=2)'],
    [[new TensorShape([3, 4]), 2], 5, '([5, 3, 4], [5, 2])'],
    [new TensorShape([3, 4]), undefined, '[3, 4]'],
    [undefined, undefined, 'undefined'],
    [null, undefined, 'null'],
    ['zero', undefined, "'zero'"],
    [{ shape: [1] }, undefined, 'an object that is no tensor'],
  ])('%o with batch size %o reads %s', (given, batchSize, text) => {
    expect(describeState(given, batchSize)).toBe(text);
  });

  it('reads a state by its shapes', () => {
    expect(describeState(state())).toBe('(LSTMStateTuple(c=[2, 1], h=[2, 2]), ([2, 3]), [2, 4])');
    expect(describeState(tensor([1, 2]))).toBe('[2]');
  });
});

describe('checkState', () => {
  it('passes what fits', () => {
    expect(() => checkState('dynamicRnn', 'initialState', state(), size, 2)).not.toThrow();
    expect(() =>
      checkState('dynamicRnn', 'initialState', { c: matrix(1, 1), h: matrix(2, 1) }, size[0] as never, 2),
    ).not.toThrow();
  });

  it('names what it expected and what came', () => {
    const [whole, one] = [zeros([2, 3], 'int32'), matrix(3, 1)];
    const check = (given: unknown, batchSize = 2) => checkState('dynamicRnn', 'initialState', given, 3, batchSize);
    const where = 'dynamicRnn: expected initialState';
    expectThrows(() => check(one, 5), `${where} to have shape [5, 3], got [2, 3]`);
    expectThrows(() => check([one]), `${where} to have shape [2, 3], got ([2, 3])`);
    expectThrows(
      () => check({ c: one, h: one }),
      `${where} to have shape [2, 3], got LSTMStateTuple(c=[2, 3], h=[2, 3])`,
    );
    expectThrows(() => check('[2, 3]'), `${where} to have shape [2, 3], got '[2, 3]'`);
    expectThrows(() => check(whole), `${where} of dtype float32, got int32. Cast it first.`);
  });
});

describe('tidyState', () => {
  it('keeps the state that is returned and frees the rest', () => {
    const before = memory().numTensors;
    const kept = tidyState(() => {
      matrix(5, 1);
      return [matrix(2, 1), new LSTMStateTuple(matrix(3, 1), matrix(3, 2))] as const;
    });
    expect(memory().numTensors).toBe(before + 3);
    expect(flattenState(kept).some((part) => part.isDisposed)).toBe(false);
    expect(kept[1]).toBeInstanceOf(LSTMStateTuple);
    const broken = () => {
      matrix(2, 1);
      throw new Error('this is broken');
    };
    expectThrows(() => tidyState(broken), 'this is broken');
  });
});
