import { ArgumentError } from '@rnn/cells';
import {
  checkResultFlags,
  closingTable,
  commandLine,
  counted,
  deviceOptions,
  outputOptions,
  pictureOptions,
  positiveInteger,
  type ResultFlags,
  seedOption,
  tableLines,
  trainingView,
  writeResults,
} from 'app-common';
import { Argument, Command } from 'commander';
import { asPublishedOption } from './as-published-option';
import { forecast } from './forecast';
import { type ForecastError, forecastErrors } from './forecast-errors';
import { modelOption } from './model-option';
import { savedModel } from './sine-model';
import { forecastPicture } from './sine-pictures';
import { testCurve } from './test-curve';
import { type SineFlags, trainWorkload } from './train-workload';
import { type Workload, workloads } from './workloads';

interface ForecastFlags extends ResultFlags, Omit<SineFlags, 'steps'> {
  /** Values to predict. */
  readonly steps: number;
  readonly model?: string;
  readonly quiet: boolean;
}

/** `forecast`: predicts on from its own predictions. */
export function forecastCommand(): Command {
  const choices = Object.keys(workloads);
  const command = new Command('forecast')
    .description('Feeds its own predictions back, from the last window of the test curve on.')
    .addArgument(
      new Argument('[workload]', 'what to train first, unless --model is given (default: estimator)').choices(choices),
    )
    .addOption(modelOption().conflicts(['epochs', 'asPublished']))
    .option('--steps <n>', 'values to predict', positiveInteger(100_000), 1000)
    .option('--epochs <n>', 'of the training', positiveInteger());
  return outputOptions(pictureOptions(deviceOptions(seedOption(asPublishedOption(command))))).action(runForecast);
}

async function runForecast(name: string | undefined, flags: ForecastFlags): Promise<void> {
  const { steps, model: path } = flags;
  if (name !== undefined && path !== undefined) throw new ArgumentError('forecast', 'a workload or --model', 'both');
  await checkResultFlags(flags);
  const view = trainingView(flags);
  const { workload, learner, test, facts, versions } =
    path === undefined ? await trained(name ?? 'estimator', flags, view) : await savedModel(path, flags);
  if (path !== undefined) view.say(closingTable(facts));

  const curve = testCurve(test);
  const { points, step, angle } = curve;
  // The values of the last window are those before the last of the curve, which it predicts first.
  const first = points - 1;
  const window = test.inputs.slice(-curve.window);
  const inputShape = test.inputShape;
  const predicted = await forecast((values) => learner.predict(values, { inputShape }), window, steps);
  learner.dispose();

  const sine = Array.from(predicted, (_, i) => Math.sin(angle(first + i)));
  const errors = forecastErrors(predicted, sine);
  const table = {
    columns: ['steps', 'x (radians)', 'sin x', 'forecast', 'difference', 'RMS so far'],
    rows: errors.map((error) => rowOf(error, angle(first + error.steps - 1))),
  };
  for (const line of tableLines(table)) view.say(line);
  const title = `${workload}: ${counted(steps, 'value')} forecast, each from the ten before it`;
  const report = {
    ...{ workload, ...(path !== undefined && { model: path }), steps, begin: angle(first), step },
    ...{ window: [...window], errors, predicted: [...predicted], sine, versions },
  };
  await writeResults(flags, {
    ...{ app: 'sine', say: view.say, title: `sine: forecast of ${workload}`, facts, versions, report },
    tables: [{ caption: 'How far the forecast is off', ...table }],
    pictures: async () => [await forecastPicture(title, test, predicted)],
  });
}

function trained(name: string, { steps: _values, ...flags }: ForecastFlags, view: ReturnType<typeof trainingView>) {
  const unsaved = `Nothing of it is saved: ${commandLine('sine', ['train', name, '--checkpoints', 'runs/sine'])} saves a network that forecast --model runs/sine takes.`;
  return trainWorkload(name, workloads[name] as Workload, { ...flags, unsaved }, view);
}

function rowOf({ steps, sine, predicted, rms }: ForecastError, x: number): string[] {
  const values = [sine, predicted, predicted - sine].map((value) => value.toFixed(4));
  return [steps.toLocaleString('en'), x.toFixed(3), ...values, rms.toFixed(4)];
}
