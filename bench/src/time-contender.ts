import { fileURLToPath } from 'node:url';
import { type Blocks, type Contender, flagsOf } from './contender';
import { runCommand } from './run-command';
import type { TimedWorkload, Timing } from './workload';

/** What a contender printed, or in a few words why there is nothing. */
type TimingOrReason = Timing | string;

/** This package. */
const home = fileURLToPath(new URL('..', import.meta.url));

/** Has a contender time a workload, in a process of its own. */
export type TimeContender = (
  contender: Contender,
  workload: TimedWorkload,
  blocks: Blocks,
  limitMs: number,
) => Promise<TimingOrReason>;

export const timeContender: TimeContender = async ({ command, env, cwd = home }, workload, blocks, limitMs) => {
  const [program, ...words] = command;
  const run = await runCommand([program, ...words, ...flagsOf(workload, blocks)], { cwd, env, limitMs });
  if (run.outcome === 'too slow') return `over ${Math.round(limitMs / 1000)} s`;
  if (run.outcome === 'done') return JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '') as Timing;
  return `failed: ${run.stderr.trim().split('\n').at(-1)}`;
};
