import { type ApartRun, runApart } from './run-apart';
import type { TrainingReport } from './training-report';

/** What became of several runs. */
export interface WorkloadRuns {
  /** Of those that ended well, in their order. */
  readonly reports: readonly TrainingReport[];
  readonly failed: readonly { readonly workload: string; readonly reason: string }[];
  /** The signal that ended it before all had run. */
  readonly stopped?: NodeJS.Signals;
}

interface WorkloadRunOptions {
  /** Flags that one takes. */
  readonly flags: (workload: string) => readonly string[];
  /** Is told of each before it runs, and of what it gave. */
  readonly say: (line: string) => void;
  /** What a run gave, in a few words. */
  readonly inWords: (report: TrainingReport) => string;
  /** Runs the app with these words. Default: `runApart`. */
  readonly run?: (words: readonly string[]) => Promise<ApartRun>;
}

/** Trains workloads of this app one after another, each in a process of its own. One that fails is left out, and the others run. */
export async function runWorkloads(
  workloads: readonly string[],
  { flags, say, inWords, run = runApart }: WorkloadRunOptions,
): Promise<WorkloadRuns> {
  const reports: TrainingReport[] = [];
  const failed: { workload: string; reason: string }[] = [];
  for (const [i, workload] of workloads.entries()) {
    const place = `${i + 1}`.padStart(`${workloads.length}`.length);
    say(`${place}/${workloads.length}  ${workload}`);
    const ended = await run(['train', workload, '--apart', ...flags(workload)]);
    if ('stopped' in ended) return { reports, failed, stopped: ended.stopped };
    if ('report' in ended) reports.push(ended.report);
    else failed.push({ workload, reason: ended.failed });
    say(`${''.padEnd(place.length * 2 + 3)}${'report' in ended ? inWords(ended.report) : `failed: ${ended.failed}`}`);
  }
  return { reports, failed };
}
