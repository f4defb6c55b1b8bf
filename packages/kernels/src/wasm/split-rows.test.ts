import { describe, expect, test } from 'vitest';
import { splitRows } from './split-rows';

const worth = 400_000;
const rowsOf = (slices: ReturnType<typeof splitRows>) =>
  slices.map((stack) => stack.map(({ thread, first, count }) => [thread, first, count]));

describe('the rows of stacks among threads', () => {
  test.each([
    [
      'one stack',
      2,
      [
        [
          [0, 0, 64],
          [1, 64, 64],
        ],
      ],
      [128],
    ],
    [
      'what does not come out even',
      3,
      [
        [
          [0, 0, 14],
          [1, 14, 15],
          [2, 29, 14],
        ],
      ],
      [43],
    ],
    ['two stacks on two threads: one each', 2, [[[0, 0, 40]], [[1, 0, 40]]], [40, 40]],
    [
      'two stacks on three threads: none is idle',
      3,
      [
        [
          [0, 0, 40],
          [1, 40, 20],
        ],
        [
          [1, 0, 20],
          [2, 20, 40],
        ],
      ],
      [60, 60],
    ],
    ['two stacks on one thread', 1, [[[0, 0, 40]], [[0, 0, 40]]], [40, 40]],
    [
      'a row each',
      8,
      [
        [
          [0, 0, 1],
          [1, 1, 1],
        ],
        [[2, 0, 1]],
      ],
      [2, 1],
    ],
    ['few rows of a stack stay with the others', 2, [[[0, 0, 99]], [[1, 0, 101]]], [99, 101]],
  ])('%s', (_, threads, want, batches) => {
    const stacks = (batches as number[]).map((batch) => ({ batch, workOfRow: worth }));
    expect(rowsOf(splitRows(stacks, threads as number, worth))).toEqual(want);
  });

  test('a stack with more work a row has fewer rows a thread', () => {
    const stacks = [3 * worth, worth].map((workOfRow) => ({ batch: 40, workOfRow }));
    expect(rowsOf(splitRows(stacks, 2, worth))).toEqual([
      [
        [0, 0, 27],
        [1, 27, 13],
      ],
      [[1, 0, 40]],
    ]);
  });

  test('work too small for all threads goes to fewer', () => {
    expect(rowsOf(splitRows([{ batch: 100, workOfRow: worth / 50 }], 4, worth))).toEqual([
      [
        [0, 0, 50],
        [1, 50, 50],
      ],
    ]);
  });

  test('a stack that takes no step is a thread’s all the same', () => {
    expect(rowsOf(splitRows([{ batch: 3, workOfRow: 0 }], 4, worth))).toEqual([[[0, 0, 3]]]);
    const [idle, busy] = splitRows(
      [0, worth].map((workOfRow) => ({ batch: 4, workOfRow })),
      2,
      worth,
    );
    expect(idle?.map(({ count }) => count)).toEqual([4]);
    expect(busy?.map(({ count }) => count)).toEqual([2, 2]);
  });

  test('every row is run once, whatever the sizes', () => {
    for (let threads = 1; threads < 20; threads++) {
      const stacks = [1, 7, 30, 2].map((batch, k) => ({ batch, workOfRow: worth * (1 + k * k) }));
      for (const [i, slices] of splitRows(stacks, threads, worth).entries()) {
        const rows = slices.flatMap(({ first, count }) => Array.from({ length: count }, (_, r) => first + r));
        expect(rows).toEqual(Array.from({ length: stacks[i]?.batch ?? 0 }, (_, r) => r));
      }
    }
  });
});
