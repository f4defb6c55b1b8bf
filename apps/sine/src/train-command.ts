import {
  checkReportFile,
  checkRunFlags,
  closingRows,
  closingTable,
  type RunFlags,
  trainingCommand,
  trainingView,
  writeResults,
} from 'app-common';
import type { Command } from 'commander';
import { asPublishedOption } from './as-published-option';
import { curvePicture, lossPicture } from './sine-pictures';
import { type SineFlags, trainWorkload } from './train-workload';
import { type Workload, workloads } from './workloads';

interface TrainFlags extends SineFlags, RunFlags {
  /** Where the predicted curve is drawn. */
  readonly plot?: string;
}

/** `train`: trains a workload and predicts the test curve. */
export function trainCommand(): Command {
  const command = trainingCommand({
    description: 'Trains a network and predicts the test curve.',
    workloads,
    defaultWorkload: 'two-layer',
  });
  return asPublishedOption(command)
    .option('--plot <file>', 'draw the predicted curve over the true one, to a file ending in .svg or .png')
    .action((name: string, flags: TrainFlags) => train(name, workloads[name] as Workload, flags));
}

/** Trains a workload, says what came out, and draws and writes what the flags ask for. */
async function train(name: string, workload: Workload, flags: TrainFlags): Promise<void> {
  await checkRunFlags(flags);
  if (flags.plot !== undefined) await checkReportFile('--plot', flags.plot, ['.svg', '.png']);
  const view = trainingView(flags);
  const { learner, test, facts, versions, mse, report } = await trainWorkload(name, workload, flags, view);
  const predicted = await learner.predict(test);
  learner.dispose();

  const tested = `${mse.toExponential(3)} on ${test.size.toLocaleString('en')} windows`;
  const rows = closingRows([['test mean squared error', tested]], report);
  view.say(closingTable(rows));
  const curveTitle = `${name}: the next value of a sine, test error ${mse.toExponential(2)} (mean squared)`;
  const curve = () => curvePicture(curveTitle, test, predicted);
  await writeResults(flags, {
    ...{ app: 'sine', say: view.say, title: `sine: ${name}`, facts, versions, report },
    tables: [{ caption: 'Result', columns: ['measure', 'value'], rows }],
    pictures: async () => [await curve(), await lossPicture(`${name}: loss while training`, [report])],
  });
  if (flags.plot === undefined) return;
  const { writePicture } = await import('app-common/pictures');
  await writePicture(flags.plot, (await curve()).svg);
  view.say(`drawn in ${flags.plot}`);
}
