import { backendOfKernels } from '../fused-kernels';

/** The TensorFlow.js backends whose data lie in host memory; `tensorflow` is that where it computes on the CPU. */
export const hostBackends = ['wasm', 'cpu', 'tensorflow'] as const;

/** Whether the data of the backend in use lie in host memory, so that reading a tensor waits for nothing. */
export function dataInHostMemory(): boolean {
  return (hostBackends as readonly string[]).includes(backendOfKernels());
}
