import { runApp, trainingCommand, wordsOfUser } from 'app-common';
import { type SineFlags, trainWorkload } from './train-workload';
import { type Workload, workloads } from './workloads';

const command = trainingCommand({
  name: 'sine',
  description: 'Trains a recurrent network to predict the next value of a sine from the ten before it.',
  workloads,
  defaultWorkload: 'two-layer',
}).option('--plot <file>', 'draw the predicted curve over the true one, to a file ending in .svg or .png');

process.exitCode = await runApp(async () => {
  command.parse(wordsOfUser(), { from: 'user' });
  const name = command.processedArgs[0] as string;
  await trainWorkload(name, workloads[name] as Workload, command.opts<SineFlags>());
});
