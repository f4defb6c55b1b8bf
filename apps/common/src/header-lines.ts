import type { BackendChoice } from '@rnn/backends';
import type { PublishedValues } from './chosen-values';

interface Header {
  readonly workload: string;
  /** The cells and the runner, as they are in this run. */
  readonly network: string;
  readonly values: PublishedValues;
  /** Units of each layer. */
  readonly units: readonly number[];
  readonly seed: number;
  readonly backend: BackendChoice;
  readonly kernel: string;
  /** What it trains on; further lines are remarks. */
  readonly data: readonly string[];
}

/** What a run is, before it begins, as a person reads it. */
export function headerLines({ workload, network, values, units, seed, backend, kernel, data }: Header): string[] {
  const { length, batchSize, learningRate } = values;
  const runs = Object.entries(length).map(([unit, n]) => `${n.toLocaleString('en')} ${unit}`);
  const run = `${runs}, batches of ${batchSize}, learning rate ${learningRate}, units ${units.join(', ')}, seed ${seed}`;
  const rows = [
    ['run', run],
    ['backend', `${backend}`],
    ['kernel', kernel],
    ...data.map((line, i) => [i === 0 ? 'data' : '', line] as const),
  ] as const;
  return [`${workload}: ${network}, Adam`, ...rows.map(([what, value]) => `${what.padEnd(9)}${value}`)];
}
