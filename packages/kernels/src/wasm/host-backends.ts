import { backend as backendInUse, getBackend } from '@tensorflow/tfjs-core';
import { engineFault } from './engine';

/** The TensorFlow.js backends whose data lie in host memory. */
export const hostBackends = ['wasm', 'cpu', 'tensorflow'] as const;

/** Whether TensorFlow's backend computes on a GPU. */
const isOnGpu = (): boolean => (backendInUse() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;

/** Whether the data of the backend in use lie in host memory, so that reading a tensor waits for nothing. */
export function dataInHostMemory(): boolean {
  return (hostBackends as readonly string[]).includes(getBackend()) && !isOnGpu();
}

/** Why the engine cannot serve the backend in use, one of the host's, after all. */
export function engineAbsent(): string | undefined {
  return isOnGpu() ? 'TensorFlow computes on a GPU, the engine on the host' : engineFault();
}
