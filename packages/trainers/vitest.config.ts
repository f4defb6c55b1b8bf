import { suiteOnBackends } from '../../vitest.base';

// Each file in a process of its own: some put others in the place of modules.
export default suiteOnBackends({ backends: ['cpu', 'wasm'], isolate: true });
