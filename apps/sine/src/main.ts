import { runApp, trainingApp, trainingCommand, wordsOfUser } from 'app-common';
import { type SineFlags, trainWorkload } from './train-workload';
import { type Workload, workloads } from './workloads';

const train = trainingCommand({
  description: 'Trains a network and predicts the test curve.',
  workloads,
  defaultWorkload: 'two-layer',
})
  .option('--plot <file>', 'draw the predicted curve over the true one, to a file ending in .svg or .png')
  .action((name: string, flags: SineFlags) => trainWorkload(name, workloads[name] as Workload, flags));

const app = trainingApp({
  name: 'sine',
  description: 'Recurrent networks that predict the next value of a sine from the ten before it.',
  commands: [train],
  workloads,
});

process.exitCode = await runApp(() => app.parseAsync(wordsOfUser(), { from: 'user' }));
