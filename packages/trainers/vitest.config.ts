import { suiteOn } from '../../vitest.base';

export default suiteOn('cpu', 'wasm');
