import { useBackend } from '@rnn/backends';
import { type Dataset, sine } from '@rnn/datasets';
import { adam, meanSquaredError, sequenceRegressor, Trainer } from '@rnn/trainers';
import {
  checkReportFile,
  chosenValues,
  closingTable,
  explainRun,
  headerLines,
  type TrainingFlags,
  trainingReport,
  trainingView,
  writeReport,
} from 'app-common';
import { type Curves, drawCurve } from './draw-curve';
import { makeCell, network, unitsOf, type Workload } from './workloads';

export interface SineFlags extends TrainingFlags {
  /** Where the predicted curve is drawn. */
  readonly plot?: string;
}

/** Of the test set, where the first window's prediction lies: ten steps of the linspace after its start. */
const testBegin = 100;
const testEnd = 110;

/** Trains a workload, predicts the test curve, says what came out, draws it where `plot` says and writes it where `json` says. */
export async function trainWorkload(name: string, workload: Workload, flags: SineFlags): Promise<void> {
  if (flags.json !== undefined) await checkReportFile('--json', flags.json);
  if (flags.plot !== undefined) await checkReportFile('--plot', flags.plot, ['.svg', '.png']);
  const { seed } = flags;
  const backend = await useBackend(flags.backend);
  const { train, test } = sine({ seed });

  const values = chosenValues(workload, flags);
  const { batchSize, length, learningRate } = values;
  const units = unitsOf(values.hidden);
  const cell = makeCell(units);
  const kernel = explainRun([[cell]], train, batchSize, flags.kernel);
  const model = sequenceRegressor({ cell, kernel: flags.kernel });
  const trainer = new Trainer(model, { loss: meanSquaredError, optimizer: adam(learningRate), seed });

  const { say, callbacks } = trainingView(flags);
  const count = (n: number): string => n.toLocaleString('en');
  const data = [`${count(train.size)} / ${count(test.size)} windows of ${train.inputShape[0]} values`];
  const header = { workload: name, network: network(units), optimizer: "Adam", values, units, seed, backend, kernel, data };
  for (const line of headerLines(header)) say(line);

  // In order, whole batches only, as the originals do.
  const fit = await trainer.fit(train, { ...length, batchSize, shuffle: false, reportEvery: 500, callbacks });
  const { loss: mse, examples } = await trainer.evaluate(test);
  const predicted = await trainer.predict(test);
  trainer.dispose();

  const report = trainingReport({ workload: name, backend, kernel, seed, batchSize, fit, test: { mse, examples } });
  say(closingTable([['test mean squared error', `${mse.toExponential(3)} on ${count(examples)} windows`]], report));
  if (flags.json !== undefined) await writeReport(flags.json, report);
  if (flags.plot !== undefined) {
    const title = `${name}: the next value of a sine, test error ${mse.toExponential(2)} (mean squared)`;
    await drawCurve(flags.plot, { title, ...curves(test, predicted) });
    say(`drawn in ${flags.plot}`);
  }
}

/** Both curves over the argument of the sine; the first prediction is of the value after the first window. */
function curves(test: Dataset, predicted: Float32Array): Omit<Curves, 'title'> {
  const window = test.inputShape[0] as number;
  const step = (testEnd - testBegin) / (test.size + window - 1);
  return {
    x: Array.from(predicted, (_, i) => testBegin + (i + window) * step),
    sine: Array.from(test.targets),
    predicted: Array.from(predicted),
  };
}
