import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TimedWorkload, Timing } from './workload';

/** This package, whose node_modules hold the peers in JavaScript. */
const home = fileURLToPath(new URL('..', import.meta.url));

/** `$PEERS_DIR`, or `../shared/peers` beside the repository: the scripts that time others on the same work. */
const peersFolder = (): string => resolve(process.env.PEERS_DIR ?? join(home, '../../shared/peers'));

/** The workloads of `docs/performance.md`. */
const workloads: readonly TimedWorkload[] = [
  { cell: 'lstm', mode: 'train', batch: 128, time: 28, input: 28, hidden: 128, layers: 1 },
  { cell: 'gru', mode: 'train', batch: 128, time: 28, input: 28, hidden: 128, layers: 1 },
  { cell: 'lstm', mode: 'infer', batch: 128, time: 28, input: 28, hidden: 128, layers: 1 },
];

interface Contender {
  readonly name: string;
  /** The program, and its words before the workload's. */
  readonly command: readonly [string, ...string[]];
}

/** This library first; then those that are installed. */
function contenders(): readonly Contender[] {
  const ours = [process.execPath, join(home, 'dist/main.js'), '--backend', 'wasm', '--json'] as const;
  const python = process.env.PEERS_PYTHON;
  return [
    { name: '@rnn, wasm', command: [...ours] },
    { name: '@rnn, wasm, stock operations', command: [...ours, '--kernel', 'reference'] },
    { name: 'tf.layers, wasm', command: [process.execPath, join(peersFolder(), 'tfjs_peers.mjs'), 'wasm'] },
    ...(python === undefined
      ? []
      : [{ name: 'PyTorch', command: [python, join(peersFolder(), 'rnn_peers.py'), 'torch'] } as const]),
  ];
}

/**
 * Times this library beside the peers: each in a process of its own, in turn, `rounds` times over, so that all see the same noise. A row a
 * workload and contender: the minimum and the median over all rounds, and the ratio of ours to it, round by round, as median.
 */
export async function compare(rounds: number): Promise<string> {
  if (!existsSync(peersFolder()))
    throw new Error(
      `bench: expected the peers' scripts in ${peersFolder()}, got none. Name their folder in PEERS_DIR.`,
    );
  const lines = ['workload                          who                            min ms  median ms  ours / theirs'];
  for (const workload of workloads) {
    const timings = contenders().map((contender) => ({ contender, runs: [] as Timing[] }));
    for (let round = 0; round < rounds; round++) {
      for (const { contender, runs } of timings) runs.push(await run(contender, workload));
    }
    const ours = timings[0]?.runs ?? [];
    for (const { contender, runs } of timings) {
      const ratio = median(runs.map(({ ms }, round) => (ours[round] as Timing).ms / ms));
      const { cell, mode, batch, time, input, hidden } = workload;
      lines.push(
        `${`${mode} ${cell} ${batch}, ${time}, ${input}, ${hidden}`.padEnd(34)}${contender.name.padEnd(31)}` +
          `${Math.min(...runs.map(({ ms }) => ms))
            .toFixed(1)
            .padStart(6)}` +
          `${median(runs.map(({ ms_median }) => ms_median))
            .toFixed(1)
            .padStart(11)}${ratio.toFixed(3).padStart(15)}`,
      );
    }
  }
  return lines.join('\n');
}

async function run({ command: [program, ...words] }: Contender, workload: TimedWorkload): Promise<Timing> {
  const flags = Object.entries(workload).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const { stdout } = await promisify(execFile)(program, [...words, ...flags, '--repeats', '3', '--steps', '5'], {
    cwd: home,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Timing;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}
