import { ArgumentError } from '@rnn/cells';
import { compare, type Entry } from './compare';
import { comparisonTable } from './comparison-table';
import { type Comparison, comparisons } from './comparisons';
import { findContenders, ownContender } from './contenders';
import { machineLines } from './machine-lines';
import { timeContender } from './time-contender';

export interface BenchOptions {
  readonly rounds: number;
  /** Only comparisons whose title holds this text, in any case. */
  readonly only: string | undefined;
}

/** Times this library beside the peers that are here, and in its own settings; prints what it ran on and one table. Progress goes to stderr, each part of the table too. */
export async function bench({ rounds, only = '' }: BenchOptions): Promise<void> {
  const chosen = chooseComparisons(only);
  const anyPeers = chosen.some(({ variants }) => variants === undefined);
  const { contenders, notes } = anyPeers ? await findContenders() : { contenders: [], notes: [] };
  console.log([...machineLines(), ...notes, `rounds: ${rounds}`, ''].join('\n'));
  const results: { comparison: Comparison; entries: readonly Entry[] }[] = [];
  for (const [i, comparison] of chosen.entries()) {
    const { title, workload, variants } = comparison;
    const own = variants?.map(ownContender).filter((contender) => contender !== undefined);
    const progress = (text: string): void => console.error(`${i + 1}/${chosen.length} ${title}: ${text}`);
    const entries = await compare(workload, own ?? contenders, { rounds, time: timeContender, progress });
    results.push({ comparison, entries });
    console.error(comparisonTable(results.slice(-1)));
  }
  console.log(comparisonTable(results));
}

/** Throws `ArgumentError` where no title holds the text. */
export function chooseComparisons(only: string): readonly Comparison[] {
  const chosen = comparisons.filter(({ title }) => title.toLowerCase().includes(only.toLowerCase()));
  if (chosen.length > 0) return chosen;
  const titles = comparisons.map(({ title }) => `\n  ${title}`).join('');
  throw new ArgumentError('bench', 'part of a title after --only', `'${only}'`, `The titles are:${titles}`);
}
