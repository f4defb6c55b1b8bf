import { suite } from '../../vitest.base';

// Once, not once a backend: these tests switch the backend themselves.
export default suite();
