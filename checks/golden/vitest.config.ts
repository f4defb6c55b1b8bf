import { suiteOnBackends } from '../../vitest.base';

// What holds the checker to account runs once.
export default suiteOnBackends({ once: ['check-case', 'golden-case', 'initial-bias'] });
