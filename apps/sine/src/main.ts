import { runApp, trainingApp, wordsOfUser } from 'app-common';
import { compareCommand } from './compare-command';
import { evaluateCommand } from './evaluate-command';
import { exportCommand } from './export-command';
import { forecastCommand } from './forecast-command';
import { predictCommand } from './predict-command';
import { trainCommand } from './train-command';
import { workloads } from './workloads';

const app = trainingApp({
  name: 'sine',
  description: 'Recurrent networks that predict the next value of a sine from the ten before it.',
  commands: [trainCommand(), compareCommand(), forecastCommand(), evaluateCommand(), predictCommand(), exportCommand()],
  workloads,
});

process.exitCode = await runApp(() => app.parseAsync(wordsOfUser(), { from: 'user' }));
