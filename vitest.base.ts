import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const onBackend = fileURLToPath(new URL('./checks/testing/src/on-backend.ts', import.meta.url));
const reporters = { reporters: ['default', 'json'], outputFile: { json: 'reports/vitest.json' } };
// RNN_TESTS asks for the tests that take long too.
const testTimeout = process.env.RNN_TESTS ? 1_800_000 : 120_000;
const one = { include: ['src/**/*.test.ts'], pool: 'forks' as const, testTimeout, hookTimeout: 120_000 };

/** The package's tests, once. */
export const suite = () => defineConfig({ test: { ...one, ...reporters } });

const all: readonly string[] = ['cpu', 'wasm', 'tensorflow', 'webgpu'];

/** Whose tests a folder named after a backend holds. The kernels of `wasm` serve whatever computes in the host's memory. */
const folders: Readonly<Record<string, readonly string[]>> = {
  ...{ wasm: ['cpu', 'wasm', 'tensorflow'], tensorflow: ['tensorflow'], webgpu: ['webgpu'] },
};

/**
 * The package's tests, once on each of these TensorFlow.js backends; the files named in `once`, without their ending, on cpu alone. `isolate`: each file in a
 * process of its own, at the cost of starting TensorFlow.js and its backend anew, and on webgpu of compiling again what files have in common.
 */
export const suiteOnBackends = ({ backends = all, once = [] as readonly string[], isolate = false } = {}) =>
  defineConfig({
    test: {
      ...reporters,
      projects: backends.map((name) => ({
        test: {
          ...{ ...one, name, env: { RNN_TEST_BACKEND: name }, setupFiles: [onBackend] },
          isolate,
          exclude: [
            ...Object.keys(folders).flatMap((folder) => (folders[folder]?.includes(name) ? [] : [`src/${folder}/**`])),
            ...(name === 'cpu' ? [] : once.map((file) => `src/${file}.test.ts`)),
          ],
        },
      })),
    },
  });
