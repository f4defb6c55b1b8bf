import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const backendSetup = fileURLToPath(new URL('./vitest.backend.ts', import.meta.url));
const reporters = { reporters: ['default', 'json'], outputFile: { json: 'reports/vitest.json' } };
const one = { include: ['src/**/*.test.ts'], pool: 'forks' as const, testTimeout: 60_000, hookTimeout: 60_000 };

/** The package's tests, once. */
export const suite = () => defineConfig({ test: { ...one, ...reporters } });

/** Tests of backends that are not among those: each file makes its own the current one itself. */
const otherTests = { webgpu: 'src/webgpu/**/*.test.ts', tensorflow: 'src/tensorflow/**/*.test.ts' };

/** The package's tests, once on each of these TensorFlow.js backends; those of the other backends once. */
export const suiteOn = (...backends: readonly string[]) =>
  defineConfig({
    test: {
      ...reporters,
      projects: [
        ...backends.map((name) => ({
          test: {
            ...{ ...one, name, exclude: Object.values(otherTests) },
            ...{ env: { RNN_TEST_BACKEND: name }, setupFiles: [backendSetup] },
          },
        })),
        ...Object.entries(otherTests).map(([name, tests]) => ({ test: { ...one, name, include: [tests] } })),
      ],
    },
  });
