import {
  checkReportFile,
  type DeviceFlags,
  deviceOptions,
  outputOptions,
  tableLines,
  trainingView,
  writeReport,
} from 'app-common';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { modelOption } from './model-option';
import { savedModel } from './sine-model';
import { testCurve } from './test-curve';

interface PredictFlags extends DeviceFlags {
  readonly model: string;
  readonly json?: string;
  readonly quiet: boolean;
}

/** `predict`: the value of the sine at some angle, from the ten before it. */
export function predictCommand(): Command {
  const command = new Command('predict')
    .description('Predicts the sine at these angles, each from the ten values before it.')
    .addArgument(new Argument('<x...>', 'angles, in radians').argParser(angles))
    .addOption(modelOption().makeOptionMandatory());
  return outputOptions(deviceOptions(command)).action(predict);
}

async function predict(at: readonly number[], flags: PredictFlags): Promise<void> {
  if (flags.json !== undefined) await checkReportFile('--json', flags.json);
  const { say } = trainingView(flags);
  const { workload, learner, test, versions } = await savedModel(flags.model, flags);
  const { window, step } = testCurve(test);
  const inputs = Float32Array.from({ length: at.length * window }, (_, i) => {
    const x = at[Math.floor(i / window)] as number;
    return Math.sin(x - (window - (i % window)) * step);
  });
  const predicted = await learner.predict(inputs, { inputShape: test.inputShape });
  learner.dispose();
  const predictions = at.map((x, i) => ({ x, sine: Math.sin(x), predicted: predicted[i] as number }));
  const columns = ['x (radians)', 'sin x', 'predicted', 'difference'];
  const rows = predictions.map(({ x, sine, predicted }) => [
    `${x}`,
    ...[sine, predicted, predicted - sine].map((value) => value.toFixed(4)),
  ]);
  for (const line of tableLines({ columns, rows })) say(line);
  if (flags.json !== undefined) await writeReport(flags.json, { workload, model: flags.model, predictions, versions });
}

/** Collects the words of a variadic argument. */
function angles(text: string, before: readonly number[] | undefined): readonly number[] {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return [...(before ?? []), value];
}
