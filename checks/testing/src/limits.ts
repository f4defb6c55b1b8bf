import type { BackendName } from '@rnn/backends';

/** Tests that a backend cannot run. */
interface Limit {
  readonly backend: BackendName;
  /** Its path in the repository. */
  readonly file: string;
  /** The names of its tests; without it, all. */
  readonly tests?: RegExp;
  readonly reason: string;
}

const slow = (seconds: string) => `on SwiftShader, which computes webgpu on the CPU, they take ${seconds}`;
const noKernel = 'webgpu has no fused kernel of it';
const sameAsCpu =
  'minutes of what runs on cpu and wasm: the engine is the same on tensorflow, and so are the runners; their other tests run there';
const keepsAll = 'the kernels of webgpu keep every state, and refuse swapMemory';

export const limits: readonly Limit[] = [
  {
    ...{
      backend: 'webgpu',
      file: 'packages/cells/src/wrappers/zoneout-wrapper.test.ts',
      tests: /takes the expectation/,
    },
    reason: slow('minutes: 3000 steps one by one'),
  },
  {
    backend: 'webgpu',
    file: 'packages/unroll/src/dynamic-rnn.test.ts',
    tests: /swapMemory changes no output/,
    reason: keepsAll,
  },
  {
    ...{ backend: 'webgpu', file: 'packages/unroll/src/dynamic-rnn.test.ts', tests: /memory of TensorFlow.js grow/ },
    reason: 'they are about the memory of WebAssembly',
  },
  {
    ...{ backend: 'webgpu', file: 'packages/kernels/src/softmax-cross-entropy/softmax-cross-entropy.test.ts' },
    ...{ tests: /fused|left to the reference|gradient of a gradient|the memory gives out/, reason: noKernel },
  },
  {
    ...{ backend: 'webgpu', file: 'packages/kernels/src/updates/updates.test.ts' },
    ...{ tests: /fused|what it was given|the memory gives out|the choice says/, reason: noKernel },
  },
  {
    ...{ backend: 'webgpu', file: 'packages/kernels/src/updates/clip-by-global-norm.test.ts', tests: /, fused/ },
    reason: noKernel,
  },
  { backend: 'webgpu', file: 'packages/kernels/src/layered/layered-sequences.test.ts', reason: noKernel },
  ...['lstm/lstm', 'gru/gru'].map(
    (name): Limit => ({
      ...{ backend: 'webgpu', file: `packages/kernels/src/${name}-sequence.test.ts`, tests: /central differences/ },
      reason: slow('minutes: each entry of a gradient is two runs of its own'),
    }),
  ),
  {
    ...{
      backend: 'webgpu',
      file: 'packages/unroll/src/explain.test.ts',
      tests: /names the threads|runs on stock operations/,
    },
    reason: 'its sentences are those of the kernels of WebAssembly',
  },
  {
    ...{ backend: 'webgpu', file: 'packages/unroll/src/every-cell.test.ts', tests: /Conv3DLSTMCell.*with lengths/ },
    reason: "TensorFlow.js' where takes no tensor of five axes there",
  },
  {
    ...{ backend: 'webgpu', file: 'checks/golden/src/golden.test.ts', tests: /every LSTMCell runs as one operation/ },
    reason: slow('a minute: the cases themselves run fused'),
  },
  {
    // One way of running each cell is left.
    ...{ backend: 'webgpu', file: 'packages/unroll/src/every-cell.test.ts' },
    ...{ tests: /^(?!.*dynamicRnn, kernel: auto,' gives what stepping)/, reason: slow('more than an hour') },
  },
  {
    ...{ backend: 'tensorflow', file: 'packages/unroll/src/every-cell.test.ts' },
    ...{ tests: /^(?!.*dynamicRnn, kernel: auto,' gives what stepping)/, reason: sameAsCpu },
  },
  ...['return-sequences', 'every-bidirectional-runner'].map(
    (name): Limit => ({
      ...{ backend: 'tensorflow', file: `packages/unroll/src/${name}.test.ts`, reason: sameAsCpu },
    }),
  ),
  ...['register', 'not-finite', 'pass-memory'].map(
    (name): Limit => ({ backend: 'tensorflow', file: `packages/kernels/src/wasm/${name}.test.ts`, reason: sameAsCpu }),
  ),
  ...['raw-rnn-decoder', 'trainable-initial-state'].map(
    (name): Limit => ({
      ...{ backend: 'webgpu', file: `packages/unroll/src/${name}.test.ts`, tests: /central differences/ },
      reason: slow('minutes: each slope is two runs of its own'),
    }),
  ),
  {
    ...{ backend: 'webgpu', file: 'packages/unroll/src/trainable-initial-state.test.ts' },
    ...{ tests: /one of two layers.* leaves nothing behind/ },
    reason: 'where a layer needs no gradient, what its kernel kept goes with the next pass alone',
  },
  {
    ...{
      backend: 'webgpu',
      file: 'packages/unroll/src/bidirectional-dynamic-rnn.test.ts',
      tests: /fused operations of/,
    },
    reason: 'they count the operations of the kernels of WebAssembly',
  },
  ...[
    'every-bidirectional-runner',
    'random-shapes',
    'return-sequences',
    'stack-bidirectional-dynamic-rnn',
    'stack-bidirectional-rnn',
    'static-state-saving-rnn',
    'stream',
    'training',
    'truncated-rnn',
    'workloads',
  ].map(
    (name): Limit => ({
      ...{ backend: 'webgpu', file: `packages/unroll/src/${name}.test.ts`, reason: slow('minutes each file') },
    }),
  ),
];

/** Why a backend cannot run a test; undefined where it can. */
export const limitOf = (backend: BackendName, file: string, test: string): string | undefined =>
  limits.find((limit) => limit.backend === backend && file.endsWith(limit.file) && (limit.tests?.test(test) ?? true))
    ?.reason;
