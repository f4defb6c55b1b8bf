import { expect, it } from 'vitest';
import { comparedFacts } from './compared-facts';
import type { TrainingReport } from './training-report';

const run = (workload: string, kernel: string) =>
  ({ workload, kernel, backend: 'wasm', device: 'CPU, SIMD, 1 thread' }) as TrainingReport;

it('tells the backend once, and each kernel with whose layers it ran', () => {
  const lstm = 'lstmSequence on wasm, WebAssembly, 2 threads, relaxed SIMD';
  const facts = comparedFacts([run('a', lstm), run('b', 'gruSequence on wasm, stock operations'), run('c', lstm)]);
  expect(facts).toEqual([
    ['backend', 'stock operations on wasm, CPU, SIMD, 1 thread'],
    ['kernel', 'recurrent layers of a, c: lstmSequence, own WebAssembly, 2 threads, relaxed SIMD'],
    ['kernel', 'recurrent layers of b: gruSequence on wasm, stock operations'],
  ]);
});

it('of no run there is nothing to tell', () => {
  expect(comparedFacts([])).toEqual([]);
});
