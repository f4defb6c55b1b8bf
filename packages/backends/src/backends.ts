import { cpu } from './cpu';
import { tensorflow } from './tensorflow';
import { type WasmOptions, wasm } from './wasm';
import { webgpu } from './webgpu';

/**
 * Every backend, in the order in which 'auto' tries them. TensorFlow comes first even on a CPU: there a training step of an LSTM
 * takes about a seventh of its time on wasm. cpu needs nothing and comes last.
 */
export const backends = [tensorflow, wasm, cpu, webgpu] as const;

/** A backend by name, as `useBackend` takes it. */
export type BackendName = (typeof backends)[number]['name'];

/** The options of every backend together; each reads its own and leaves the others alone. */
export type UseBackendOptions = WasmOptions;

/** Every name that `useBackend` takes besides 'auto', in the order in which 'auto' tries them. */
export const backendNames: readonly BackendName[] = backends.map(({ name }) => name);
