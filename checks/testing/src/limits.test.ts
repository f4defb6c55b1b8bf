import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { limitOf, limits } from './limits';

const inRepository = (path: string) => new URL(`../../../${path}`, import.meta.url);

it('every file with a limit is there', () => {
  const missing = limits.filter(({ file }) => !existsSync(inRepository(file)));
  expect(missing).toEqual([]);
});

it('a test is limited on its backend alone, by its name', () => {
  const file = '/any/where/packages/unroll/src/runners/dynamic-rnn.test.ts';
  const test = 'swapMemory changes no output and, to rounding, no gradient: layers';
  expect(limitOf('webgpu', file, test)).toBe('the kernels of webgpu keep every state, and refuse swapMemory');
  expect(limitOf('tensorflow', file, test)).toBeUndefined();
  expect(limitOf('webgpu', file, 'swapMemory: false is the default')).toBeUndefined();
});

it('a test that takes long is left for the release, and can be asked for, alone or with the others', () => {
  const [file, test] = [
    '/any/where/packages/unroll/src/every-runner/every-cell.test.ts',
    'GRUCell gradients to inputs',
  ];
  const left = limitOf('tensorflow', file, test, '');
  expect(left).toBe(
    'minutes of what runs on wasm and cpu: the same runners, over an engine or operations that other tests run here; pnpm test:release runs them',
  );
  expect([undefined, 'all', 'long'].map((wanted) => limitOf('tensorflow', file, test, wanted))).toEqual([
    left,
    undefined,
    undefined,
  ]);
  const quick = "GRUCell, 'dynamicRnn, kernel: auto,' gives what stepping by hand gives";
  expect(['', 'all', 'long'].map((wanted) => limitOf('tensorflow', file, quick, wanted))).toEqual([
    undefined,
    undefined,
    'it does not take long: pnpm test runs it',
  ]);
});

it('a test that a backend cannot run is not run by asking', () => {
  const [file, test] = [
    'packages/unroll/src/every-runner/return-sequences.test.ts',
    'what runs where the kernel is fused no transposes in either layout',
  ];
  for (const wanted of ['', 'all', 'long'])
    expect(limitOf('webgpu', file, test, wanted)).toBe('they count the operations of the kernels of WebAssembly');
});

it('refuses other words for RNN_TESTS', () => {
  expect(() => limitOf('webgpu', 'a.test.ts', 'a', 'everything')).toThrow(
    'RNN_TESTS: expected all or long, got everything. Without it, tests that take long are skipped.',
  );
});

it('every package with tests that take long runs them, on their backends, before a release', () => {
  for (const { file, backend } of limits.filter(({ long }) => long)) {
    const [folder] = file.split('/src/');
    const { scripts } = JSON.parse(readFileSync(inRepository(`${folder}/package.json`), 'utf8'));
    expect(scripts['test:release'], folder).toMatch(/^RNN_TESTS=long vitest run /);
    expect(scripts['test:release'], folder).toContain(` --project ${backend} `);
  }
});
