import type { BackendChoice } from '@rnn/backends';
import type { PublishedValues } from './chosen-values';
import { counted } from './counted';

interface Header {
  readonly workload: string;
  /** The cells and the runner, as they are in this run. */
  readonly network: string;
  /** Its name. */
  readonly optimizer: string;
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
export function headerLines({ workload, network, optimizer, values, ...run }: Header): string[] {
  const { units, seed, backend, kernel, data } = run;
  const { length, batchSize, learningRate } = values;
  const runs = 'steps' in length ? counted(length.steps, 'step') : counted(length.epochs, 'epoch');
  const chosen = `${runs}, batches of ${batchSize}, learning rate ${learningRate}, units ${units.join(', ')}, seed ${seed}`;
  const rows = [
    ['run', chosen],
    ['backend', `${backend}`],
    // The engine's threads are not the backend's, which the line above counts.
    ['kernel', kernel.replace(/\d+ threads?/g, '$& of its own')],
    ...data.map((line, i) => [i === 0 ? 'data' : '', line] as const),
  ] as const;
  return [`${workload}: ${network}, ${optimizer}`, ...rows.map(([what, value]) => `${what.padEnd(9)}${value}`)];
}
