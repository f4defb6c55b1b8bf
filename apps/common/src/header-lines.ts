import type { BackendChoice } from '@rnn/backends';
import type { PublishedValues } from './chosen-values';
import { closingTable } from './closing-table';
import { counted } from './counted';
import { hangingLines } from './hanging-lines';

export interface Header {
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

/** What a run is, a name and a value each; the first is its title. Remarks about the data have no name. */
export function headerFacts({ workload, network, optimizer, values, ...run }: Header): [name: string, value: string][] {
  const { units, seed, backend, kernel, data } = run;
  const { length, batchSize, learningRate } = values;
  const runs = 'steps' in length ? counted(length.steps, 'step') : counted(length.epochs, 'epoch');
  const chosen = `${runs}, batches of ${batchSize}, learning rate ${learningRate}, units ${units.join(', ')}, seed ${seed}`;
  return [
    [workload, `${network}, ${optimizer}`],
    ['run', chosen],
    ['backend', backendInWords(`${backend}`)],
    ['kernel', kernelInWords(kernel)],
    ...data.map((line, i): [string, string] => [i === 0 ? 'data' : '', line]),
  ];
}

/** What the backend computes, with threads of its own. */
export const backendInWords = (backend: string): string => `stock operations on ${backend}`;

/** What a kernel computes: the engine in WebAssembly has other threads than the backend, of which it needs the tensors alone. */
export function kernelInWords(kernel: string, workloads: readonly string[] = []): string {
  const whose = workloads.length === 0 ? '' : ` of ${workloads.join(', ')}`;
  return `recurrent layers${whose}: ${kernel.replace(/ on \w+, (?=WebAssembly, )/g, ', own ')}`;
}

/** The same, before it begins, as a person reads it. */
export function headerLines(header: Header): string[] {
  const [[workload, network], ...rows] = headerFacts(header) as [[string, string], ...[string, string][]];
  return [...hangingLines(`${workload}: `, network), ...closingTable(rows).split('\n')];
}
