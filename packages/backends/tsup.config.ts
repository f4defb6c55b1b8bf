import { library } from '../../tsup.base';

// `shims` gives the CommonJS build an `import.meta.url`, from which the optional @tensorflow/tfjs-node-gpu is looked up.
export default library({ shims: true });
