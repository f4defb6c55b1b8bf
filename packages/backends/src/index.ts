export { availableBackends, type BackendPresence } from './available-backends';
export { BackendChoice } from './backend-choice';
export { BackendError } from './backend-error';
export { type BackendName, backendNames, type UseBackendOptions } from './backends';
export { useBackend } from './use-backend';
export type { WasmPaths } from './wasm';
