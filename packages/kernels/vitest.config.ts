import { suiteOnBackends } from '../../vitest.base';

// The engine knows of no backend. Each file in a process of its own: some register kernels for good.
const engine = ['arena', 'engine', 'engine-fault', 'process', 'simd', 'split-rows', 'threads'];
export default suiteOnBackends({ once: engine.map((name) => `wasm/${name}`), isolate: true });
