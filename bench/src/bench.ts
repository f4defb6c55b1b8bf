import type { BackendName } from '@rnn/backends';
import { ArgumentError } from '@rnn/cells';
import { compare, type Entry } from './compare';
import { comparisonTable } from './comparison-table';
import { type Comparison, comparisonsOn, tiny } from './comparisons';
import { findContenders, ownContender } from './contenders';
import { machineLines } from './machine-lines';
import { timeContender } from './time-contender';

export interface BenchOptions {
  readonly rounds: number;
  /** Only comparisons whose title holds this text, in any case. */
  readonly only: string | undefined;
  /** What this library and tf.layers compute on. */
  readonly backend: BackendName;
  /** What PyTorch computes on; on a GPU it is the only peer. */
  readonly peerDevice: 'cpu' | 'cuda';
  readonly tiny: boolean;
}

/** Times this library beside the peers that are here, and in its own settings; prints what it ran on and one table. Progress goes to stderr, each part of the table too. */
export async function bench({ rounds, only = '', backend, peerDevice, tiny: small }: BenchOptions): Promise<void> {
  const rows = comparisonsOn(backend);
  const chosen = chooseComparisons(small ? rows.map(tiny) : rows, only);
  const anyPeers = chosen.some(({ variants }) => variants === undefined);
  const { contenders, notes } = anyPeers ? await findContenders(backend, peerDevice) : { contenders: [], notes: [] };
  console.log([...machineLines(), `@rnn on ${backend}`, ...notes, `rounds: ${rounds}`, ''].join('\n'));
  const results: { comparison: Comparison; entries: readonly Entry[] }[] = [];
  for (const [i, comparison] of chosen.entries()) {
    const { title, workload, variants } = comparison;
    const own = variants
      ?.map((variant) => ownContender(backend, variant))
      .filter((contender) => contender !== undefined);
    const progress = (text: string): void => console.error(`${i + 1}/${chosen.length} ${title}: ${text}`);
    const entries = await compare(workload, own ?? contenders, { rounds, time: timeContender, progress });
    results.push({ comparison, entries });
    console.error(comparisonTable(results.slice(-1)));
  }
  console.log(comparisonTable(results));
}

/** Throws `ArgumentError` where no title holds the text. */
export function chooseComparisons(rows: readonly Comparison[], only: string): readonly Comparison[] {
  const chosen = rows.filter(({ title }) => title.toLowerCase().includes(only.toLowerCase()));
  if (chosen.length > 0) return chosen;
  const titles = rows.map(({ title }) => `\n  ${title}`).join('');
  throw new ArgumentError('bench', 'part of a title after --only', `'${only}'`, `The titles are:${titles}`);
}
