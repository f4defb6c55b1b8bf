import { runApp, trainingApp, trainingCommand, wordsOfUser } from 'app-common';
import { bestCommand } from './best-command';
import { compareCommand } from './compare-command';
import { dataOptions } from './digit-data';
import { evaluateCommand } from './evaluate-command';
import { exportCommand } from './export-command';
import { headOption } from './head-option';
import { predictCommand } from './predict-command';
import { type MnistFlags, trainWorkload } from './train-workload';
import { type Workload, workloads } from './workloads';

const train = trainingCommand({
  description: 'Trains a network and tests it on all 10,000 test images.',
  workloads,
  defaultWorkload: 'rows-static-lstm',
}).action((name: string, flags: MnistFlags) => trainWorkload(name, workloads[name] as Workload, flags));

const app = trainingApp({
  name: 'mnist',
  description: 'Recurrent networks that read MNIST digits row by row.',
  commands: [
    headOption(dataOptions(train)),
    ...[evaluateCommand(), predictCommand(), compareCommand(), bestCommand(), exportCommand()],
  ],
  workloads,
});

process.exitCode = await runApp(() => app.parseAsync(wordsOfUser(), { from: 'user' }));
