import '@tensorflow/tfjs-backend-cpu';
import { getBackend, setBackend } from '@tensorflow/tfjs-core';
import { afterEach, expect, it, vi } from 'vitest';
import { startBackend } from './start-backend';
import { wasm } from './wasm';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('is absent where there is no WebAssembly', async () => {
  vi.stubGlobal('WebAssembly', undefined);
  expect(await wasm.absence()).toEqual({ reason: 'there is no WebAssembly here', remedy: "Use 'cpu'." });
});

it('looks for its files under wasmPaths, and says what to pass where they are not there', async () => {
  await setBackend('cpu');
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation(() => {});

  expect(await startBackend(wasm, { wasmPaths: '/nowhere/' })).toEqual({
    reason: 'wasm does not start (TensorFlow.js warns of it above)',
    remedy: 'When it is first started, pass as wasmPaths where the .wasm files of @tensorflow/tfjs-backend-wasm are.',
  });

  expect(warn).toHaveBeenCalledWith('Initialization of backend wasm failed');
  expect(getBackend()).toBe('cpu');
});
