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

/** What a run is, before it begins, as a person reads it: a name and a value each; a value without a name belongs to the one above. */
export function headerRows({ workload, network, optimizer, values, ...run }: Header): (readonly [string, string])[] {
  const { units, seed, backend, kernel, data } = run;
  const { length, batchSize, learningRate } = values;
  const runs = 'steps' in length ? counted(length.steps, 'step') : counted(length.epochs, 'epoch');
  const chosen = `${runs}, batches of ${batchSize}, learning rate ${learningRate}, units ${units.join(', ')}, seed ${seed}`;
  return [
    [workload, `${network}, ${optimizer}`],
    ['run', chosen],
    ['backend', `${backend}`],
    // The engine's threads are not the backend's, which the line above counts.
    ['kernel', kernel.replace(/\d+ threads?/g, '$& of its own')],
    ...data.map((line, i) => [i === 0 ? 'data' : '', line] as const),
  ];
}

/** Those rows as text, a line each. */
export function headerLines(header: Header): string[] {
  return headerRows(header).map(([what, value], i) => (i === 0 ? `${what}: ${value}` : `${what.padEnd(9)}${value}`));
}
