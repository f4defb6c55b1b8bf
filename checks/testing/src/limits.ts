import type { BackendName } from '@rnn/backends';

/** Tests that a backend cannot run, or that take long there. */
interface Limit {
  readonly backend: BackendName;
  /** Its path in the repository. */
  readonly file: string;
  /** The names of its tests; without it, all. */
  readonly tests?: RegExp;
  readonly reason: string;
  /** They do run there, and are left for `pnpm test:release`. */
  readonly long?: boolean;
}

const slow = (time: string) => ({
  ...{ reason: `on SwiftShader, which computes webgpu on the CPU, they take ${time}`, long: true },
});
const noKernel = 'webgpu has no fused kernel of it';
const sameAsCpu = {
  reason:
    'minutes of what runs on wasm and cpu: the same runners, over an engine or operations that other tests run here',
  long: true,
};
const sameAsWasm = { reason: 'half a minute of what runs on wasm, with the same engine', long: true };
const aboutWasm = 'they are about the memory of WebAssembly';
const countsWasm = 'they count the operations of the kernels of WebAssembly';
const nextPass = 'what its kernel kept for a loss that then throws goes with the next pass alone';
const keepsAll = 'the kernels of webgpu keep every state, and refuse swapMemory';

export const limits: readonly Limit[] = [
  {
    ...{
      backend: 'webgpu',
      file: 'packages/cells/src/wrappers/zoneout-wrapper.test.ts',
      tests: /takes the expectation/,
    },
    ...slow('six seconds: 3000 steps one by one'),
  },
  {
    ...{
      backend: 'webgpu',
      file: 'packages/unroll/src/runners/dynamic-rnn.test.ts',
      tests: /memory of TensorFlow.js grow/,
    },
    reason: aboutWasm,
  },
  {
    ...{ backend: 'webgpu', file: 'packages/kernels/src/softmax-cross-entropy/softmax-cross-entropy.test.ts' },
    ...{ tests: /fused|left to the reference|gradient of a gradient|the memory gives out/, reason: noKernel },
  },
  {
    ...{ backend: 'webgpu', file: 'packages/kernels/src/updates/updates.test.ts' },
    ...{ tests: /(Adagrad|momentum).*(fused|what it was given|the choice says)/, reason: noKernel },
  },
  {
    ...{ backend: 'webgpu', file: 'packages/kernels/src/updates/updates.test.ts' },
    ...{ tests: /Adam.*bits of stock operations/, reason: 'its shader multiplies in another order' },
  },
  {
    ...{ backend: 'webgpu', file: 'packages/kernels/src/updates/updates.test.ts' },
    ...{ tests: /the memory gives out/, reason: aboutWasm },
  },
  {
    ...{ backend: 'webgpu', file: 'packages/kernels/src/updates/clip-by-global-norm.test.ts', tests: /, fused/ },
    reason: noKernel,
  },
  {
    ...{ backend: 'webgpu', file: 'packages/kernels/src/layered/layered-sequences.test.ts' },
    ...{ tests: /are one kernel|the engine does not have|gradient of a gradient/, reason: noKernel },
  },
  {
    ...{ backend: 'webgpu', file: 'packages/kernels/src/layered/layered-sequences.test.ts' },
    ...{ tests: /random stacks.* under .* under /, ...slow('half a minute, most of it to compile shaders') },
  },
  {
    ...{
      backend: 'webgpu',
      file: 'packages/unroll/src/pass/explain.test.ts',
      tests: /names the threads|runs on stock operations/,
    },
    reason: 'its sentences are those of the kernels of WebAssembly',
  },
  {
    ...{ backend: 'webgpu', file: 'checks/golden/src/golden.test.ts', tests: /every LSTMCell runs as one operation/ },
    ...slow('eight seconds: the cases themselves run fused'),
  },
  ...['unroll/src/every-runner/trainable-initial-state', 'kernels/src/webgpu/not-finite'].map(
    (name): Limit => ({
      ...{ backend: 'webgpu', file: `packages/${name}.test.ts`, ...slow('ten seconds or more') },
    }),
  ),
  {
    ...{ backend: 'webgpu', file: 'packages/unroll/src/every-runner/every-bidirectional-runner.test.ts' },
    ...{ tests: /gradients/, ...slow('half a minute') },
  },
  {
    // One way of running each cell is left.
    ...{ backend: 'webgpu', file: 'packages/unroll/src/every-runner/every-cell.test.ts' },
    ...{ tests: /^(?!.*dynamicRnn, kernel: auto,' gives what stepping)/, ...slow('five minutes') },
  },
  {
    ...{ backend: 'tensorflow', file: 'packages/unroll/src/every-runner/every-bidirectional-runner.test.ts' },
    ...{ tests: /gradients/, ...sameAsCpu },
  },
  // One way of running each cell is left here too.
  {
    ...{ backend: 'tensorflow', file: 'packages/unroll/src/every-runner/every-cell.test.ts' },
    ...{ tests: /^(?!.*dynamicRnn, kernel: auto,' gives what stepping)/, ...sameAsCpu },
  },
  { backend: 'tensorflow', file: 'packages/unroll/src/every-runner/return-sequences.test.ts', ...sameAsCpu },
  {
    ...{ backend: 'cpu', file: 'packages/unroll/src/every-runner/every-cell.test.ts', tests: /gradients/ },
    ...sameAsWasm,
  },
  ...(['cpu', 'tensorflow'] as const).flatMap((backend): Limit[] => [
    { backend, file: 'packages/kernels/src/wasm/register.test.ts', tests: /random sizes/, ...sameAsWasm },
    { backend, file: 'packages/kernels/src/wasm/spans.test.ts', tests: /those of the reference/, ...sameAsWasm },
    { backend, file: 'packages/kernels/src/wasm/packed-weights.test.ts', tests: /100,000 calls/, ...sameAsWasm },
    { backend, file: 'packages/kernels/src/wasm/host-data.test.ts', tests: /has no room for/, reason: aboutWasm },
  ]),
  {
    ...{ backend: 'webgpu', file: 'packages/unroll/src/runners/truncated-rnn.test.ts', tests: /a loss that throws/ },
    reason: nextPass,
  },
  {
    ...{
      backend: 'webgpu',
      file: 'packages/unroll/src/runners/bidirectional-dynamic-rnn.test.ts',
      tests: /fused operations of/,
    },
    reason: countsWasm,
  },
  {
    ...{ backend: 'webgpu', file: 'packages/unroll/src/runners/stack-bidirectional-dynamic-rnn.test.ts' },
    ...{ tests: /is one fused operation/, reason: countsWasm },
  },
  ...[
    ['runners/dynamic-rnn', /swapMemory changes no output/],
    ['runners/stack-bidirectional-dynamic-rnn', /swapMemory changes no gradient/],
    ['every-runner/training', /swapMemory/],
    ['runners/truncated-rnn', /swapMemory and parallelIterations/],
  ].map(
    ([name, tests]): Limit => ({
      ...{ backend: 'webgpu', file: `packages/unroll/src/${name}.test.ts`, tests: tests as RegExp, reason: keepsAll },
    }),
  ),
  {
    ...{ backend: 'webgpu', file: 'packages/unroll/src/runners/truncated-rnn.test.ts', tests: /1,000 windows/ },
    ...slow('seven seconds: 1,000 training steps'),
  },
  {
    ...{
      backend: 'webgpu',
      file: 'packages/unroll/src/every-runner/every-bidirectional-runner.test.ts',
      tests: /gradients/,
    },
    ...slow('a minute: each slope is two runs of its own'),
  },
  { backend: 'webgpu', file: 'packages/unroll/src/every-runner/random-shapes.test.ts', ...slow('twenty seconds') },
  {
    ...{ backend: 'webgpu', file: 'packages/unroll/src/runners/stream.test.ts' },
    ...{ tests: /leave memory flat: (an LSTM|layers)/, ...slow('a minute: thousands of steps') },
  },
  {
    ...{ backend: 'webgpu', file: 'packages/unroll/src/every-runner/workloads.test.ts', tests: /128, 256, 512/ },
    ...slow('a minute: its weights are a million and a half'),
  },
  {
    ...{ backend: 'webgpu', file: 'packages/unroll/src/every-runner/return-sequences.test.ts' },
    ...{ tests: /what runs where the kernel is fused/, reason: countsWasm },
  },
  { backend: 'webgpu', file: 'packages/unroll/src/every-runner/return-sequences.test.ts', ...slow('a minute') },
];

/**
 * Why a test is skipped on a backend; undefined where it runs. `wanted` is RNN_TESTS: `long` for those that take long and no others, `all` for
 * those too, without it the others.
 */
export function limitOf(
  backend: BackendName,
  file: string,
  test: string,
  wanted = process.env.RNN_TESTS,
): string | undefined {
  if (!['', 'all', 'long'].includes(wanted ?? '')) {
    throw new Error(`RNN_TESTS: expected all or long, got ${wanted}. Without it, tests that take long are skipped.`);
  }
  const its = limits.filter((limit) => limit.backend === backend && file.endsWith(limit.file));
  const here = its.filter(({ tests }) => tests?.test(test) ?? true);
  const lasting = here.find(({ long }) => !long);
  if (lasting !== undefined) return lasting.reason;
  const [long] = here;
  if (wanted === 'all') return undefined;
  if (wanted === 'long') return long === undefined ? 'it does not take long: pnpm test runs it' : undefined;
  return long && `${long.reason}; pnpm test:release runs them`;
}
