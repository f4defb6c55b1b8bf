import type { Head } from '@rnn/trainers';
import {
  checkResultFlags,
  commandLine,
  comparedFacts,
  compareCommand as comparing,
  drawsPictures,
  ExitError,
  flagsOfComparison,
  type PictureFlags,
  runWorkloads,
  signalStatus,
  type TrainingReport,
  tableLines,
  type WorkloadRuns,
  wordsOfOptions,
  writeReport,
} from 'app-common';
import type { Command } from 'commander';
import { accuracyOf } from './accuracy-of';
import { dataOptions } from './digit-data';
import { headOption, notBothWays } from './head-option';
import { workloads } from './workloads';

interface CompareFlags extends PictureFlags {
  readonly head?: Head;
  readonly json?: string;
  readonly quiet: boolean;
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const mebibytes = (bytes: number): string => Math.round(bytes / 2 ** 20).toLocaleString('en');

/** `compare`: the published programs beside each other. */
export const compareCommand = (): Command =>
  dataOptions(
    headOption(
      comparing({ description: 'Trains every workload, or those that are named, and compares them.', workloads }),
    ),
  ).action((names: string[], flags: CompareFlags, command: Command) =>
    compare([...new Set(names)], flags, (name) =>
      wordsOfOptions(command, [...flagsOfComparison, ...(isBothWays(name) ? [] : ['head'])]),
    ),
  );

const isBothWays = (name: string): boolean => workloads[name]?.head !== undefined;

async function compare(
  names: readonly string[],
  flags: CompareFlags,
  wordsFor: (name: string) => readonly string[],
): Promise<void> {
  if (flags.head !== undefined && !names.some(isBothWays)) throw notBothWays(names.join(', '));
  await checkResultFlags(flags);
  const say = (line: string): void => {
    if (!flags.quiet) console.log(line);
  };
  const inWords = (report: TrainingReport): string =>
    `${percent(accuracyOf(report))} of the test images, ${report.seconds.toFixed(1)} s of training`;
  const began = performance.now();
  const runs = await runWorkloads(names, { flags: wordsFor, say, inWords });
  const minutes = (performance.now() - began) / 60_000;

  const table = comparisonTable(runs);
  if (table.rows.length > 0) for (const line of ['', ...tableLines(table), '', table.remark]) say(line);
  say(`All took ${minutes.toFixed(1)} minutes with reading, testing and starting.`);
  if (flags.json !== undefined) await writeReport(flags.json, { minutes, ...runs });
  if (drawsPictures(flags) && runs.reports.length > 0) {
    const [{ writePictures }, { comparisonPictures }] = await Promise.all([
      import('app-common/pictures'),
      import('./comparison-pictures'),
    ]);
    const pictures = await comparisonPictures(runs.reports);
    const [{ versions }] = runs.reports as [TrainingReport];
    const facts = [...comparedFacts(runs.reports), ['time', `${minutes.toFixed(1)} minutes in all`] as const];
    const page = {
      title: 'MNIST: the workloads compared',
      command: commandLine('mnist'),
      facts,
      tables: [table],
      versions,
    };
    for (const line of await writePictures(flags, { ...page, pictures, report: runs })) say(line);
  }
  if (runs.stopped !== undefined) {
    throw new ExitError(
      signalStatus(runs.stopped),
      `Stopped by ${runs.stopped} after ${runs.reports.length} of ${names.length} workloads.`,
    );
  }
  const failures = runs.failed.map(({ workload, reason }) => `${workload} (${reason})`);
  if (failures.length > 0) throw new ExitError(1, `Not trained: ${failures.join(', ')}`);
}

/** A row each run, those that failed too. */
function comparisonTable({ reports, failed }: WorkloadRuns) {
  const rows = reports.map((report) => [
    report.workload,
    percent(accuracyOf(report)),
    percent(report.first128Accuracy ?? Number.NaN),
    report.seconds.toFixed(1),
    report.msPerStep.median.toFixed(1),
    mebibytes(report.peakRssBytes),
    workloads[report.workload]?.published ?? '',
  ]);
  return {
    caption: 'Accuracy, time and memory',
    columns: ['workload', 'test', 'first 128', 's', 'ms/step', 'MiB', 'TensorFlow'],
    rows: [...rows, ...failed.map(({ workload }) => [workload, 'failed'])],
    remark: [
      'TensorFlow: what was published, of the first 128 test images or of drawn ones;',
      'with *, what TensorFlow 2.21 reached with the same settings on the full test.',
    ].join('\n'),
  };
}
