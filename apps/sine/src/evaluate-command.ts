import {
  checkResultFlags,
  closingTable,
  counted,
  type DeviceFlags,
  deviceOptions,
  outputOptions,
  pictureOptions,
  type ResultFlags,
  trainingView,
  writeResults,
} from 'app-common';
import { Command } from 'commander';
import { modelOption } from './model-option';
import { savedModel } from './sine-model';
import { curvePicture } from './sine-pictures';

interface EvaluateFlags extends DeviceFlags, ResultFlags {
  readonly model: string;
  readonly quiet: boolean;
}

/** `evaluate`: the error of a saved model on the test curve. */
export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('Measures a saved network on the test curve.')
    .addOption(modelOption().makeOptionMandatory());
  return outputOptions(pictureOptions(deviceOptions(command))).action(evaluate);
}

async function evaluate(flags: EvaluateFlags): Promise<void> {
  await checkResultFlags(flags);
  const { say } = trainingView(flags);
  const { workload, learner, test, facts, versions } = await savedModel(flags.model, flags);
  const { loss: mse, examples } = await learner.evaluate(test);
  const predicted = await learner.predict(test);
  learner.dispose();
  const rows = [['test mean squared error', `${mse.toExponential(3)} on ${counted(examples, 'window')}`]] as const;
  say(closingTable([...facts, ...rows]));
  const title = `${workload}: the next value of a sine, test error ${mse.toExponential(2)} (mean squared)`;
  await writeResults(flags, {
    ...{ app: 'sine', say, title: `sine: test of ${workload}`, facts, versions },
    report: { workload, model: flags.model, test: { mse, examples }, versions },
    tables: [{ caption: 'Result', columns: ['measure', 'value'], rows }],
    pictures: async () => [await curvePicture(title, test, predicted)],
  });
}
