import { describe, expect, it } from 'vitest';
import { describeMemory, type MemorySample, memoryGrowth } from './memory-growth';

const flat: MemorySample = {
  ...{ step: 0, tensors: 12, heapBytes: 11 * 2 ** 20, engineUsedBytes: 0, engineBytes: 131_072, rssBytes: 2 ** 27 },
};
/** Ten samples, changed by what `change` gives for each tenth. */
const run = (change: (tenth: number) => Partial<MemorySample>): MemorySample[] =>
  Array.from({ length: 10 }, (_, i) => ({ ...flat, step: (i + 1) * 100, ...change(i + 1) }));

describe('memory over a long run', () => {
  it('is flat where only the first half grows, and where the second shrinks', () => {
    expect(memoryGrowth(run((tenth) => ({ heapBytes: Math.min(tenth, 5) * 2 ** 20 })))).toEqual([]);
    expect(memoryGrowth(run((tenth) => ({ rssBytes: (20 - tenth) * 2 ** 24 })))).toEqual([]);
  });

  it.each([
    ['one tensor more, at any time in the second half', { tensors: 13 }, 'tensors: expected at most 12 + 0'],
    ['a byte of the engine', { engineUsedBytes: 1 }, 'engineUsedBytes: expected at most 0 + 0'],
    ['a page of the engine', { engineBytes: 196_608 }, 'engineBytes: expected at most 131072 + 0'],
    ['a MiB of heap', { heapBytes: 12 * 2 ** 20 }, 'heapBytes: expected at most 11534336 + 524288'],
    ['16 MiB of the process', { rssBytes: 2 ** 27 + 2 ** 24 }, 'rssBytes: expected at most 134217728 + 8388608'],
  ])('grows by %s', (_, more, sentence) => {
    expect(memoryGrowth(run((tenth) => (tenth === 8 ? more : {})))).toEqual([expect.stringContaining(sentence)]);
  });

  it('allows the heap and the process a little', () => {
    const more = { heapBytes: flat.heapBytes + 2 ** 18, rssBytes: flat.rssBytes + 2 ** 22 };
    expect(memoryGrowth(run((tenth) => (tenth > 5 ? more : {})))).toEqual([]);
  });

  it('prints as a table with what was allowed under it', () => {
    const lines = describeMemory(run(() => ({}))).split('\n');
    expect(lines[0]).toBe('| steps | tensors | heap MiB | engine used bytes | engine MiB | RSS MiB |');
    expect(lines[11]).toBe('| 1,000 |      12 |    11.00 |                 0 |       0.13 |  128.00 |');
    expect(lines.at(-1)).toBe("Allowed above half time's: heap 0.50 MiB, RSS 8.00 MiB, the others nothing.");
  });
});
