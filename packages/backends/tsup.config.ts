import { library, program } from '../../tsup.base';

export default [
  // `shims` gives the CommonJS build an `import.meta.url`, from which the optional packages are looked up.
  library({ shims: true, clean: ['!cli/**'] }),
  program({ entry: ['src/cli/main.ts', 'src/cli/try-backend.ts'], outDir: 'dist/cli' }),
];
