import { suiteOnBackends } from '../../vitest.base';

// Their tests register kernels of their own, for good.
export default suiteOnBackends({ isolate: true });
