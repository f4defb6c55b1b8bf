import { suiteOnBackends } from '../../vitest.base';

export default suiteOnBackends({ once: ['helpers', 'limits', 'relative-error'] });
