import type { BackendName } from '@rnn/backends';

/** Tests that a backend cannot run. */
interface Limit {
  readonly backend: BackendName;
  /** The end of the path. */
  readonly file: string;
  /** The names of its tests; without it, all. */
  readonly tests?: RegExp;
  readonly reason: string;
}

const limits: readonly Limit[] = [
  {
    ...{ backend: 'webgpu', file: 'cells/src/wrappers/zoneout-wrapper.test.ts', tests: /takes the expectation/ },
    reason: '3000 steps one by one take minutes on SwiftShader',
  },
];

/** Why a backend cannot run a test; undefined where it can. */
export const limitOf = (backend: BackendName, file: string, test: string): string | undefined =>
  limits.find((limit) => limit.backend === backend && file.endsWith(limit.file) && (limit.tests?.test(test) ?? true))
    ?.reason;
