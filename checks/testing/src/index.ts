export { centralDifferences } from './central-differences';
export { alongDirections, slopesAlongDirections } from './directions';
export { expectClose } from './expect-close';
export { expectNoLeak, expectNoLeakAsync } from './expect-no-leak';
export { relativeError } from './relative-error';
export { sequenceOf } from './sequence-of';
export { tolerance } from './tolerance';
