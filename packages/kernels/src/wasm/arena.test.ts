import { beforeEach, describe, expect, test } from 'vitest';
import { Arena } from './arena';

const page = 65536;
let memory: WebAssembly.Memory;
let arena: Arena;

/** One page to hand out, and room for 31 more. */
beforeEach(() => {
  memory = new WebAssembly.Memory({ initial: 2, maximum: 64 });
  arena = new Arena(memory, page, 32);
});

test('blocks begin at cache lines, one after the other, from where it begins', () => {
  expect([1, 64, 65, 0].map((bytes) => arena.allocate(bytes))).toEqual([page, page + 64, page + 128, page + 256]);
  expect(arena.usedBytes).toBe(64 + 64 + 128 + 64);
});

test('a block that was taken back is handed out again, the first that fits', () => {
  const blocks = [128, 64, 256, 64].map((bytes) => arena.allocate(bytes));
  arena.free(blocks[0] as number);
  arena.free(blocks[2] as number);
  expect(arena.allocate(200)).toBe(blocks[2]);
  expect(arena.allocate(64)).toBe(blocks[0]);
});

test.each([
  ['forward', [0, 1, 2]],
  ['backward', [2, 1, 0]],
  ['the middle last', [0, 2, 1]],
])('neighbouring gaps become one, freed %s', (_, order) => {
  const blocks = [64, 64, 64, 64].map((bytes) => arena.allocate(bytes));
  for (const k of order) arena.free(blocks[k] as number);
  expect(arena.allocate(192)).toBe(blocks[0]);
  expect(arena.usedBytes).toBe(256);
});

test('all of it comes back as one gap', () => {
  const blocks = Array.from({ length: 50 }, (_, k) => arena.allocate(64 * (k % 5)));
  for (const k of blocks.keys()) arena.free(blocks[(k * 7) % 50] as number);
  expect(arena.usedBytes).toBe(0);
  expect(arena.allocate(page)).toBe(page);
  expect(arena.totalBytes).toBe(2 * page);
});

describe('growth', () => {
  test('keeps what is there, and uses what is free at the end', () => {
    const first = arena.allocate(64);
    new Uint8Array(memory.buffer)[first] = 7;
    const second = arena.allocate(3 * page);
    expect(second).toBe(first + 64);
    expect(new Uint8Array(memory.buffer)[first]).toBe(7);
    expect(arena.totalBytes).toBe(memory.buffer.byteLength);
    // 64 bytes and 3 pages lie where there was one page: 3 more.
    expect(arena.totalBytes).toBe(5 * page);
  });

  test('is by a quarter at least', () => {
    arena.allocate(15 * page);
    expect(arena.totalBytes).toBe(16 * page);
    arena.allocate(64);
    expect(arena.totalBytes).toBe(20 * page);
  });

  test('goes up to the limit, no further, and the error says how much was needed', () => {
    const block = arena.allocate(31 * page);
    expect(arena.totalBytes).toBe(32 * page);
    expect(() => arena.allocate(page)).toThrow(
      expect.objectContaining({
        name: 'KernelError',
        message:
          'memory: expected sequences that fit 2 MiB of WebAssembly memory, got 3 MiB. Use smaller batches or shorter sequences.',
      }),
    );
    expect(arena.usedBytes).toBe(31 * page);
    arena.free(block);
    expect(arena.allocate(page)).toBe(page);
  });

  test('that the system refuses is an error too', () => {
    arena = new Arena(new WebAssembly.Memory({ initial: 2, maximum: 4 }), page, 32);
    expect(() => arena.allocate(8 * page)).toThrow(
      'memory: expected 1 MiB more, got none. The system gave no more memory; use smaller batches or shorter sequences.',
    );
    expect(arena.allocate(page)).toBe(page);
  });
});

test('a block that is freed twice, or was never handed out, is an error', () => {
  const block = arena.allocate(64);
  arena.free(block);
  expect(() => arena.free(block)).toThrow(`Arena.free: no block begins at ${block}`);
  expect(() => arena.free(1)).toThrow('Arena.free: no block begins at 1');
});
