import { runApp, type TrainingFlags, trainingCommand, wordsOfUser } from 'app-common';
import { trainWorkload } from './train-workload';
import { workloads } from './workloads';

const command = trainingCommand({
  name: 'sine',
  description: 'Trains a recurrent network to predict the next value of a sine from the ten before it.',
  workloads,
  defaultWorkload: 'two-layer',
}).option('--plot <file>', 'draw the predicted curve over the true one, to an .svg or a .png file');

process.exitCode = await runApp(async () => {
  command.parse(wordsOfUser(), { from: 'user' });
  await trainWorkload(command.processedArgs[0] as string, command.opts<TrainingFlags & { plot?: string }>());
});
