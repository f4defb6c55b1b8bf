import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { limitOf, limits } from './limits';

it('every file with a limit is there', () => {
  const missing = limits.filter(({ file }) => !existsSync(new URL(`../../../packages/${file}`, import.meta.url)));
  expect(missing).toEqual([]);
});

it('a test is limited on its backend alone, by its name', () => {
  const file = '/any/where/packages/unroll/src/dynamic-rnn.test.ts';
  const test = 'swapMemory changes no output and, to rounding, no gradient: layers';
  expect(limitOf('webgpu', file, test)).toBe('the kernels of webgpu keep every state, and refuse swapMemory');
  expect(limitOf('tensorflow', file, test)).toBeUndefined();
  expect(limitOf('webgpu', file, 'swapMemory: false is the default')).toBeUndefined();
});
