import { expect, test, vi } from 'vitest';
import { chooseKernel } from '../fused-kernels';
import { registerEngine } from './register';

registerEngine();

test('where WebAssembly is forbidden the reference computes, with the reason', () => {
  const Forbidden = class {
    constructor() {
      throw new WebAssembly.CompileError('the policy forbids it');
    }
  };
  vi.spyOn(WebAssembly, 'Module').mockImplementation(Forbidden as never);
  const facts = { steps: 3, batchSize: 2, inputSize: 2, numUnits: 4, activation: 'tanh' } as const;
  const reason = 'WebAssembly does not start here: the policy forbids it';
  expect(chooseKernel('lstmSequence', facts)).toEqual({ reason });
  expect(() => chooseKernel('lstmSequence', facts, 'fused')).toThrow(
    `lstmSequence: expected a fused kernel, as kernel: 'fused' asks, got none: ${reason}. Use kernel: 'auto'.`,
  );
});
