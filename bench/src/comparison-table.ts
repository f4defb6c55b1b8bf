import type { Entry } from './compare';
import type { Comparison } from './comparisons';
import { markdownTable } from './markdown-table';
import type { Timing } from './workload';

/** The rows of several comparisons as one table. The ratio is of the first contender's time to each other's, the median over the rounds. */
export function comparisonTable(results: readonly { comparison: Comparison; entries: readonly Entry[] }[]): string {
  const dispatching = results.some(({ entries }) => entries.some(({ runs }) => runs.some((run) => run.dispatches)));
  const own = dispatching ? dispatchesColumn : engineColumn;
  const columns = ['workload', 'who', 'min ms', 'median ms', 'steps/s', own.name, 'bar', 'ours / theirs'];
  const rows = results.flatMap(({ comparison, entries }) =>
    entries.map((entry, i) => [i === 0 ? comparison.title : '', ...cells(entry, entries, comparison, own)]),
  );
  return markdownTable(columns, rows, ['who', 'bar']);
}

/** What a run of this library says of itself. */
interface OwnColumn {
  readonly name: string;
  text(runs: readonly Timing[]): string;
}

const engineColumn: OwnColumn = {
  name: 'engine MiB',
  text(runs) {
    const bytes = Math.max(...runs.map(({ engine_bytes = 0 }) => engine_bytes));
    return bytes === 0 ? '' : digits(bytes / 2 ** 20);
  },
};

const dispatchesColumn: OwnColumn = {
  name: 'dispatches',
  text: ([run]) => `${run?.dispatches ?? ''}`,
};

function cells(entry: Entry, entries: readonly Entry[], { bars = {} }: Comparison, own: OwnColumn): string[] {
  const { contender, runs, reason } = entry;
  if (reason !== undefined) return [contender.name, reason];
  const ms = Math.min(...runs.map((run) => run.ms));
  const first = entries[0] as Entry;
  const bar = bars[contender.name];
  return [
    contender.name,
    digits(ms),
    digits(median(runs.map(({ ms_median }) => ms_median))),
    digits(1000 / ms),
    own.text(runs),
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

/** A sentence for each bar that a setting of this library missed, and for each whose peer or whose own side gave no timing. */
export function missedBars({ title, bars = {} }: Comparison, entries: readonly Entry[]): string[] {
  return Object.entries(bars).flatMap(([name, bar]) => {
    const peer = entries.find(({ contender }) => contender.name === name);
    const ours = entries.filter(({ contender }) => contender.ours);
    return ours.flatMap((entry) => {
      const reason = peer === undefined ? `${name} was not timed` : (peer.reason ?? entry.reason);
      if (reason !== undefined) return [`${title}: nothing to hold ${entry.contender.name} against ${name}, ${reason}`];
      const reached = ratio(entry, peer as Entry);
      const took = `${entry.contender.name} took ${digits(reached)} of the time of ${name}`;
      return reached <= bar ? [] : [`${title}: ${took}, ${bar} is the most`];
    });
  });
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
