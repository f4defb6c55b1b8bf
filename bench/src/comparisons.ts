import type { BackendName } from '@rnn/backends';
import { describeWorkload, type TimedWorkload } from './workload';

/** This library in another setting. */
export interface Variant {
  readonly name: string;
  readonly words?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Runs on a current Node, where there is one. */
  readonly currentNode?: boolean;
}

/** One workload, timed by several contenders in turn. */
export interface Comparison {
  readonly title: string;
  readonly workload: TimedWorkload;
  /** Settings of this library, which are held against the first of them; without any, this library against its peers. */
  readonly variants?: readonly Variant[];
  /** By the name of a peer, what our time over its time may be at most. */
  readonly bars?: Readonly<Record<string, number>>;
}

const base: TimedWorkload = {
  ...{ cell: 'lstm', mode: 'train', batch: 128, time: 28, input: 28, hidden: 128 },
  ...{ layers: 1, bidirectional: false },
};

const againstPeers = (
  change: Partial<TimedWorkload>,
  bars: Readonly<Record<string, number>> = { PyTorch: 1.25 },
): Comparison => {
  const workload = { ...base, ...change };
  return { title: describeWorkload(workload), workload, bars };
};

const ofVariants = (what: string, change: Partial<TimedWorkload>, variants: readonly Variant[]): Comparison => {
  const workload = { ...base, ...change };
  return { title: `${what}: ${describeWorkload(workload)}`, workload, variants };
};

/** What `pnpm bench` times on wasm: the rows of `docs/performance.md`. */
const comparisons: readonly Comparison[] = [
  againstPeers({}, { PyTorch: 1.25, 'tf.layers': 1 / 40 }),
  againstPeers({ cell: 'gru' }),
  againstPeers({ layers: 3 }),
  againstPeers({ bidirectional: true }),
  // The sine estimator.
  againstPeers({ batch: 32, time: 10, input: 1, hidden: 30, layers: 2 }, { PyTorch: 1 }),
  againstPeers({ batch: 64, time: 200, input: 64, hidden: 256 }),
  againstPeers({ mode: 'infer', batch: 1 }, { PyTorch: 1 }),
  againstPeers({ mode: 'infer' }, { PyTorch: 1.6 }),
  ofVariants('fused or stock operations', {}, [
    { name: '@rnn' },
    { name: '@rnn, stock operations', words: ['--kernel', 'reference'] },
  ]),
  ofVariants('threads', {}, [
    { name: '@rnn, 2 threads', words: ['--threads', '2'] },
    { name: '@rnn, 1 thread', words: ['--threads', '1'] },
  ]),
  ofVariants('SIMD', {}, [
    { name: '@rnn, relaxed SIMD', env: { RNN_SIMD: 'relaxed' } },
    { name: '@rnn, plain SIMD', env: { RNN_SIMD: 'plain' } },
    { name: '@rnn, current Node, relaxed SIMD', env: { RNN_SIMD: 'relaxed' }, currentNode: true },
    { name: '@rnn, current Node, 256-bit SIMD', env: { RNN_SIMD: 'wide' }, currentNode: true },
  ]),
  ofVariants('memory', { batch: 16, time: 4000, input: 64 }, [
    { name: '@rnn' },
    { name: '@rnn, swapMemory', words: ['--swap-memory'] },
  ]),
];

/** By backend and title, the bars on others than wasm. */
const barsElsewhere: Partial<Record<BackendName, Readonly<Record<string, Comparison['bars']>>>> = {
  tensorflow: { 'train LSTM 128, 28, 28, 128': { 'tf.layers': 1 / 5 } },
};

/** The rows for a backend, with the bars that hold there. */
export function comparisonsOn(backend: BackendName): readonly Comparison[] {
  if (backend === 'wasm') return comparisons;
  return comparisons
    .filter(({ title, variants }) => variants === undefined || title.startsWith('fused or stock operations'))
    .map(({ bars: _, ...row }) => {
      const bars = barsElsewhere[backend]?.[row.title];
      return { ...row, ...(bars && { bars }) };
    });
}

/** No size above 4: to see a table in seconds, whose times say nothing. */
export function tiny({ title, workload, variants }: Comparison): Comparison {
  const least = (size: number): number => Math.min(4, size);
  const { batch, time, input, hidden } = workload;
  const small = { ...workload, batch: least(batch), time: least(time), input: least(input), hidden: least(hidden) };
  const sizes = [batch, time, input, hidden].join(', ');
  return {
    title: title.replace(sizes, [small.batch, small.time, small.input, small.hidden].join(', ')),
    workload: small,
    ...(variants && { variants }),
  };
}
