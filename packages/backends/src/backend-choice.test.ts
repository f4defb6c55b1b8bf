import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { BackendChoice } from './backend-choice';

const choice = new BackendChoice(
  { name: 'wasm', device: 'CPU, SIMD, 1 thread', onGpu: false, versions: { wasm: '4.22.0' } },
  ['no GPU was found', 'TensorFlow is not installed'],
);

it('prints as one line, as a string and through console.log', () => {
  const line = 'wasm, CPU, SIMD, 1 thread: no GPU was found, TensorFlow is not installed';
  expect(`${choice}`).toBe(line);
  expect(inspect(choice)).toBe(line);
});

it('goes into JSON with all that it knows', () => {
  expect(JSON.parse(JSON.stringify(choice))).toEqual({
    name: 'wasm',
    device: 'CPU, SIMD, 1 thread',
    onGpu: false,
    versions: { wasm: '4.22.0' },
    reasons: ['no GPU was found', 'TensorFlow is not installed'],
  });
});
