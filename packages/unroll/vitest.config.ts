import { suiteOnBackends } from '../../vitest.base';

export default suiteOnBackends();
