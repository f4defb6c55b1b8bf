import { backend as backendInUse } from '@tensorflow/tfjs-core';
import { engineFault } from './engine';

/** The TensorFlow.js backends whose data lie in host memory. */
export const hostBackends = ['wasm', 'cpu', 'tensorflow'] as const;

/** Why the engine cannot serve the backend in use, one of the host's, after all. */
export function engineAbsent(): string | undefined {
  const { isUsingGpuDevice } = backendInUse() as { isUsingGpuDevice?: boolean };
  return isUsingGpuDevice ? 'TensorFlow computes on a GPU, the engine on the host' : engineFault();
}
