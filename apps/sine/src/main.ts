import { runApp, trainingApp, wordsOfUser } from 'app-common';
import { trainCommand } from './train-command';
import { workloads } from './workloads';

const app = trainingApp({
  name: 'sine',
  description: 'Recurrent networks that predict the next value of a sine from the ten before it.',
  commands: [trainCommand()],
  workloads,
});

process.exitCode = await runApp(() => app.parseAsync(wordsOfUser(), { from: 'user' }));
