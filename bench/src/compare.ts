import type { Contender } from './contender';
import type { TimeContender } from './time-contender';
import type { TimedWorkload, Timing } from './workload';

export interface CompareOptions {
  /** Turns of each contender. */
  readonly rounds: number;
  readonly time: TimeContender;
  /** Told what begins. */
  readonly progress: (text: string) => void;
}

/** A contender's timings, one a round; or why there are none. */
export interface Entry {
  readonly contender: Contender;
  readonly runs: readonly Timing[];
  readonly reason?: string;
}

const repeats = 5;
/** A block of steps takes at least so long, or the clock and the scheduler show in it. */
const blockMs = 200;
/** A first run of one block of a step, warm-up and start of the program included, that takes longer leaves its contender out. */
const patienceMs = 60_000;
const roundLimitMs = 10 * 60_000;

/**
 * Has each contender that can do the workload time it: a process each, in turn, `rounds` times over, so that all see the same noise. Runs
 * that do not count come first, to find out how many steps fill a block.
 */
export async function compare(
  workload: TimedWorkload,
  contenders: readonly Contender[],
  { rounds, time, progress }: CompareOptions,
): Promise<readonly Entry[]> {
  const entries: { contender: Contender; steps: number; runs: Timing[]; reason?: string }[] = [];
  for (const contender of contenders) {
    if (contender.runs?.(workload) === false) continue;
    progress(`${contender.name}, to choose its steps`);
    const steps = await stepsOfBlock(contender, workload, time);
    entries.push({ contender, runs: [], ...(typeof steps === 'string' ? { steps: 0, reason: steps } : { steps }) });
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      const { contender, steps, runs } = entry;
      if (entry.reason !== undefined) continue;
      progress(`round ${round + 1} of ${rounds}, ${contender.name}, blocks of ${steps}`);
      const timing = await time(contender, workload, { repeats, steps }, roundLimitMs);
      if (typeof timing === 'string') {
        entry.reason = timing;
        continue;
      }
      runs.push(timing);
      // On a machine that was busy when the steps were chosen, a block has become short.
      entry.steps = Math.max(steps, stepsInBlock(timing));
    }
  }
  return entries;
}

const stepsInBlock = ({ ms }: Timing): number => Math.ceil(blockMs / ms);

/** How many steps take `blockMs`; a first step alone is slow, so that it asks again with more. Or why there is no telling. */
async function stepsOfBlock(contender: Contender, workload: TimedWorkload, time: TimeContender) {
  for (let steps = 1; ; ) {
    const timing = await time(contender, workload, { repeats: 1, steps }, patienceMs);
    if (typeof timing === 'string') return timing;
    const needed = stepsInBlock(timing);
    if (needed <= 4 * steps) return needed;
    steps = needed;
  }
}
