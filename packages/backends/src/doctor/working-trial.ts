import type { WorkingTrial } from './trial';

/** A trial for tests: wasm, where all went well. Each part can be replaced. */
export const workingTrial = (parts: Partial<WorkingTrial> = {}): WorkingTrial => ({
  state: 'works',
  name: 'wasm',
  device: 'CPU, SIMD, 1 thread',
  onGpu: false,
  versions: { '@tensorflow/tfjs-core': '4.22.0', '@tensorflow/tfjs-backend-wasm': '4.22.0' },
  reasons: [],
  product: { ms: 1.84 },
  lstm: { ms: 14.6, kernel: 'WebAssembly, 2 threads' },
  ...parts,
});
