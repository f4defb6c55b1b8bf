import { defineConfig, type Options } from 'tsup';

/** Every published package: ES module, CommonJS and types, from `src/index.ts`. */
export const library = (options: Options = {}) =>
  defineConfig({
    entry: ['src/index.ts'],
    format: ['esm', 'cjs'],
    // tsup passes `baseUrl`, which TypeScript 6 calls deprecated.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
    target: 'es2022',
    sourcemap: true,
    clean: true,
    treeshake: true,
    ...options,
  });

/** A program that is run with `node dist/main.js` and never published. */
export const program = (options: Options = {}) =>
  defineConfig({ entry: ['src/main.ts'], format: ['esm'], target: 'es2022', sourcemap: true, clean: true, ...options });
