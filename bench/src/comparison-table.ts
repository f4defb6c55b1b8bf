import type { Entry } from './compare';
import type { Comparison } from './comparisons';
import { markdownTable } from './markdown-table';

/** The rows of several comparisons as one table. The ratio is of the first contender's time to each other's, the median over the rounds. */
export function comparisonTable(results: readonly { comparison: Comparison; entries: readonly Entry[] }[]): string {
  const columns = ['workload', 'who', 'min ms', 'median ms', 'steps/s', 'engine MiB', 'bar', 'ours / theirs'];
  const rows = results.flatMap(({ comparison, entries }) =>
    entries.map((entry, i) => [i === 0 ? comparison.title : '', ...cells(entry, entries, comparison)]),
  );
  return markdownTable(columns, rows, ['who', 'bar']);
}

function cells(entry: Entry, entries: readonly Entry[], { bars = {} }: Comparison): string[] {
  const { contender, runs, reason } = entry;
  if (reason !== undefined) return [contender.name, reason];
  const ms = Math.min(...runs.map((run) => run.ms));
  const first = entries[0] as Entry;
  const bar = bars[contender.name];
  const engineBytes = Math.max(...runs.map(({ engine_bytes = 0 }) => engine_bytes));
  return [
    contender.name,
    digits(ms),
    digits(median(runs.map(({ ms_median }) => ms_median))),
    digits(1000 / ms),
    engineBytes === 0 ? '' : digits(engineBytes / 2 ** 20),
    bar === undefined ? '' : barText(bar, entry, entries),
    entry === first || first.reason !== undefined ? '' : digits(ratio(first, entry)),
  ];
}

/** Whether each setting of this library is within the bar: `1.25: missed; @rnn, current Node: reached`. */
function barText(bar: number, peer: Entry, entries: readonly Entry[]): string {
  const ours = entries.filter(({ contender, reason }) => contender.ours && reason === undefined);
  const texts = ours.map((entry) => `${entry.contender.name} ${ratio(entry, peer) <= bar ? 'reached' : 'missed'}`);
  return `${bar}: ${texts.join('; ')}`;
}

function ratio(ours: Entry, theirs: Entry): number {
  return median(theirs.runs.map(({ ms }, round) => (ours.runs[round]?.ms ?? Number.NaN) / ms));
}

/** Three digits that count, and no exponent. */
const digits = (value: number): string =>
  value.toLocaleString('en', { maximumSignificantDigits: 3, useGrouping: false });

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] as number)) / 2;
}
