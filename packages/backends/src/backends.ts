import { cpu } from './cpu';
import { tensorflow } from './tensorflow';
import { type WasmOptions, wasm } from './wasm';
import { webgpu } from './webgpu';

/** Every backend, those that may compute on a GPU first. */
export const backends = [tensorflow, webgpu, wasm, cpu] as const;

/**
 * What 'auto' takes the first of that starts: a GPU before all. Without one, TensorFlow comes after wasm: a training step of an LSTM (128
 * sequences of 28 steps, 28 inputs, 128 units) took 43 ms on it and 21 ms on wasm, both with the engine of @rnn/kernels, on two cores. A
 * software adapter of WebGPU is never taken, and cpu, which needs nothing, comes last.
 */
export const preferences = [
  { backend: tensorflow, onGpu: true },
  { backend: webgpu, onGpu: true },
  { backend: wasm, onGpu: false },
  { backend: tensorflow, onGpu: false },
  { backend: cpu, onGpu: false },
] as const;

/** A backend by name, as `useBackend` takes it. */
export type BackendName = (typeof backends)[number]['name'];

/** The options of every backend together; each reads its own and leaves the others alone. */
export type UseBackendOptions = WasmOptions;

/** Every name that `useBackend` takes besides 'auto'. */
export const backendNames: readonly BackendName[] = backends.map(({ name }) => name);
