import { library } from '../../tsup.base';

export default [
  library(),
  // The one entry that carries code of tfjs-core: its gradients cannot be imported from Node as they are published.
  library({
    entry: ['src/gradients.ts'],
    noExternal: [/tfjs-core\/dist/],
    clean: false,
    sourcemap: false,
    minify: true,
  }),
];
