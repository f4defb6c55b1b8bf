import { backend as backendInUse } from '@tensorflow/tfjs-core';

/** The TensorFlow.js backends whose data lie in host memory. */
export const hostBackends = ['wasm', 'cpu', 'tensorflow'] as const;

/** Why the backend in use, one of the host's, does not keep its data there after all. */
export function notOnHost(): string | undefined {
  const { isUsingGpuDevice } = backendInUse() as { isUsingGpuDevice?: boolean };
  return isUsingGpuDevice ? 'TensorFlow computes on a GPU, the engine on the host' : undefined;
}
