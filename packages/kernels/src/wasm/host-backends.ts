/** The TensorFlow.js backends whose data lie in host memory; `tensorflow` is that where it computes on the CPU. */
export const hostBackends = ['wasm', 'cpu', 'tensorflow'] as const;
