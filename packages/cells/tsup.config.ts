import { library } from '../../tsup.base';

// Neither cleans: tsup runs them side by side, and one would delete what the other has written. The build script does.
export default [
  library({ clean: false }),
  // The one entry that carries code of tfjs-core: its gradients cannot be imported from Node as they are published.
  library({
    entry: ['src/gradients.ts'],
    noExternal: [/tfjs-core\/dist/],
    clean: false,
    sourcemap: false,
    minify: true,
  }),
];
