import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const onBackend = fileURLToPath(new URL('./checks/testing/src/on-backend.ts', import.meta.url));
const reporters = { reporters: ['default', 'json'], outputFile: { json: 'reports/vitest.json' } };
const one = { include: ['src/**/*.test.ts'], pool: 'forks' as const, testTimeout: 60_000, hookTimeout: 60_000 };

/** The package's tests, once. */
export const suite = () => defineConfig({ test: { ...one, ...reporters } });

const backends = ['cpu', 'wasm', 'tensorflow', 'webgpu'] as const;

/** Native backends: slow to start, and one of their kernels may have a folder whose tests are for no other. */
const native: readonly string[] = ['tensorflow', 'webgpu'];

/**
 * The package's tests, once on each TensorFlow.js backend; the files named in `once`, without their ending, on cpu alone. `isolate`: each file in a
 * process of its own on the native backends too, which costs it their start, and on webgpu the programs that files have in common.
 */
export const suiteOnBackends = ({ once = [] as readonly string[], isolate = false } = {}) =>
  defineConfig({
    test: {
      ...reporters,
      projects: backends.map((name) => ({
        test: {
          ...{ ...one, name, env: { RNN_TEST_BACKEND: name }, setupFiles: [onBackend] },
          isolate: isolate || !native.includes(name),
          exclude: [
            ...native.filter((other) => other !== name).map((other) => `src/${other}/**`),
            ...(name === 'cpu' ? [] : once.map((file) => `src/${file}.test.ts`)),
          ],
        },
      })),
    },
  });
