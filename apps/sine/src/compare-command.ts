import {
  type ApartRun,
  checkResultFlags,
  type DeviceFlags,
  deviceOptions,
  ExitError,
  outputOptions,
  pictureOptions,
  type ResultFlags,
  runApart,
  seedOption,
  signalStatus,
  type TrainingReport,
  tableLines,
  trainingView,
  type ValueFlags,
  valueOptions,
  wordsOfOptions,
  writeResults,
} from 'app-common';
import { Argument, Command } from 'commander';
import { asPublishedOption } from './as-published-option';
import { errorPicture, lossPicture } from './sine-pictures';
import { workloads } from './workloads';

interface CompareFlags extends ValueFlags, DeviceFlags, ResultFlags {
  readonly quiet: boolean;
}

/** `compare`: trains workloads, each in a process of its own. */
export function compareCommand(): Command {
  const names = Object.keys(workloads);
  const command = new Command('compare')
    .description('Trains workloads, each in a process of its own, and compares them.')
    .addArgument(new Argument('[workloads...]', 'which (default: all)').choices(names));
  const run = outputOptions(pictureOptions(deviceOptions(seedOption(valueOptions(asPublishedOption(command))))));
  return run.action((chosen: string[], flags: CompareFlags) => compare(chosen.length > 0 ? chosen : names, flags, run));
}

async function compare(names: readonly string[], flags: CompareFlags, command: Command): Promise<void> {
  await checkResultFlags(flags);
  const { say } = trainingView(flags);
  const words = wordsOfOptions(command, ['json', 'pictures', 'pictureFormat', 'report']);
  const runs: [name: string, run: ApartRun][] = [];
  for (const name of new Set(names)) {
    const run = await runApart(['train', name, ...words]);
    runs.push([name, run]);
    if ('stopped' in run) break;
    say('report' in run ? `${name}: ${mseOf(run.report)} after ${secondsOf(run.report)} s` : `${name}: ${run.failed}`);
  }
  const reports = runs.flatMap(([, run]) => ('report' in run ? [run.report] : []));
  const table = {
    columns: ['workload', 'test MSE', 'steps', 'seconds', 'ms a step', 'MiB'],
    rows: runs.map(([name, run]) => rowOf(name, run)),
  };
  say('');
  for (const line of tableLines(table)) say(line);
  const outcome = { runs: reports, failed: runs.flatMap(([name, run]) => ('failed' in run ? [name] : [])) };
  const [last] = reports.slice(-1);
  if (last !== undefined)
    await writeResults(flags, {
      ...{ app: 'sine', say, title: 'sine: a comparison', report: outcome, versions: last.versions },
      facts: [
        ['backend', `${last.backend}, ${last.device}`],
        ['seed', `${last.seed}`],
      ],
      tables: [{ caption: 'Results', ...table }],
      pictures: async () => [
        await errorPicture('Error of the test against seconds of training', reports),
        await lossPicture('Loss while training', reports),
      ],
    });
  for (const [name, run] of runs) {
    if ('stopped' in run) throw new ExitError(signalStatus(run.stopped), `Stopped by ${run.stopped} in ${name}.`);
  }
  if (outcome.failed.length > 0) throw new ExitError(1, `Failed: ${outcome.failed.join(', ')}.`);
}

function rowOf(name: string, run: ApartRun): string[] {
  if (!('report' in run)) return [name, 'failed' in run ? 'failed' : 'stopped'];
  const { report } = run;
  const median = report.msPerStep.median.toFixed(2);
  const mib = Math.round(report.peakRssBytes / 2 ** 20);
  return [name, mseOf(report), report.steps.toLocaleString('en'), secondsOf(report), median, mib.toLocaleString('en')];
}

const mseOf = ({ test }: TrainingReport): string => ('mse' in test ? test.mse.toExponential(2) : '');
const secondsOf = ({ seconds }: TrainingReport): string => seconds.toFixed(1);
