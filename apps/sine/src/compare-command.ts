import {
  checkResultFlags,
  comparedFacts,
  compareCommand as comparing,
  ExitError,
  flagsOfComparison,
  type ResultFlags,
  runWorkloads,
  signalStatus,
  type TrainingReport,
  tableLines,
  trainingView,
  type WorkloadRuns,
  wordsOfOptions,
  writeResults,
} from 'app-common';
import type { Command } from 'commander';
import { asPublishedOption } from './as-published-option';
import { errorPicture, lossPicture } from './sine-pictures';
import { workloads } from './workloads';

interface CompareFlags extends ResultFlags {
  readonly quiet: boolean;
}

/** `compare`: the workloads beside each other. */
export const compareCommand = (): Command =>
  asPublishedOption(
    comparing({ description: 'Trains every workload, or those that are named, and compares them.', workloads }),
  ).action((names: string[], flags: CompareFlags, command: Command) =>
    compare([...new Set(names)], flags, wordsOfOptions(command, flagsOfComparison)),
  );

async function compare(names: readonly string[], flags: CompareFlags, words: readonly string[]): Promise<void> {
  await checkResultFlags(flags);
  const { say } = trainingView(flags);
  const inWords = (report: TrainingReport): string =>
    `test mean squared error ${errorOf(report)}, ${report.seconds.toFixed(1)} s of training`;
  const runs = await runWorkloads(names, { flags: () => words, say, inWords });
  const { reports, failed, stopped } = runs;

  const table = comparisonTable(runs);
  if (table.rows.length > 0) for (const line of ['', ...tableLines(table)]) say(line);
  const [first] = reports;
  await writeResults(flags, {
    ...{ app: 'sine', say, title: 'Sine: the workloads compared', tables: [table], report: runs },
    facts: comparedFacts(reports),
    versions: first?.versions ?? {},
    pictures: async () =>
      first === undefined
        ? []
        : [
            await errorPicture('Error of the test against seconds of training', reports),
            await lossPicture('Loss while training', reports),
          ],
  });
  if (stopped !== undefined) {
    const after = `after ${reports.length} of ${names.length} workloads`;
    throw new ExitError(signalStatus(stopped), `Stopped by ${stopped} ${after}.`);
  }
  const failures = failed.map(({ workload, reason }) => `${workload} (${reason})`);
  if (failures.length > 0) throw new ExitError(1, `Not trained: ${failures.join(', ')}`);
}

/** A row each run, those that failed too. */
function comparisonTable({ reports, failed }: WorkloadRuns) {
  const rows = reports.map((report) => [
    ...[report.workload, errorOf(report), report.steps.toLocaleString('en'), report.seconds.toFixed(1)],
    report.msPerStep.median.toFixed(2),
    Math.round(report.peakRssBytes / 2 ** 20).toLocaleString('en'),
  ]);
  return {
    caption: 'Error, time and memory',
    columns: ['workload', 'test MSE', 'steps', 's', 'ms/step', 'MiB'],
    rows: [...rows, ...failed.map(({ workload }) => [workload, 'failed'])],
  };
}

const errorOf = ({ test }: TrainingReport): string => ('mse' in test ? test.mse.toExponential(2) : '');
