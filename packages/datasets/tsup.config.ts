import { library } from '../../tsup.base';

// The CommonJS build needs a stand-in for `import.meta.url`.
export default library({ shims: true });
