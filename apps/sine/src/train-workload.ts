import { useBackend } from '@rnn/backends';
import { BasicLSTMCell } from '@rnn/cells';
import { type Dataset, sine } from '@rnn/datasets';
import { stopOnSignals } from '@rnn/trainers/signals';
import {
  checkReportFile,
  checkStopped,
  chosenValues,
  closingRows,
  closingTable,
  headerLines,
  inAll,
  logCallbacks,
  savedRun,
  type TrainingFlags,
  trainingReport,
  trainingView,
  withReports,
  writeReport,
} from 'app-common';
import type { SineCurves } from './pictures/sine-curves';
import type { Workload } from './workloads';

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
  const { train, test } = sine({ ...workload.samples, seed });

  const values = chosenValues(workload, flags);
  const { batchSize, length, learningRate } = values;
  const { optimizer, shuffle } = workload;
  const units = workload.units(values.hidden);
  const layers = units.map((n) => new BasicLSTMCell(n));
  const kernel = workload.explain(layers, train, batchSize, flags.kernel);
  const learner = workload.learner(layers, { learningRate, kernel: flags.kernel, seed });

  const config = { workload: name, units, batchSize, learningRate, seed, windows: train.size };
  const saved = await savedRun(flags, config);
  if (saved.state !== undefined) learner.restore(saved.state);

  const { say, callbacks } = trainingView(flags);
  const count = (n: number): string => n.toLocaleString('en');
  const data = [`${count(train.size)} / ${count(test.size)} windows of ${train.inputShape[0]} values`];
  const header = {
    workload: name,
    network: workload.network(units),
    optimizer,
    values,
    units,
    seed,
    backend,
    kernel,
    data,
  };
  for (const line of [...headerLines(header), ...saved.lines]) say(line);

  const fit = await learner.fit(train, {
    ...inAll(length),
    ...{
      batchSize,
      shuffle,
      reportEvery: 500,
      callbacks: [...callbacks, ...logCallbacks(flags), stopOnSignals(), ...saved.callbacks],
    },
  });
  checkStopped({ app: 'sine', stopped: fit.stopped, reports: learner.reports, checkpoints: flags.checkpoints });
  const { loss: mse, examples } = await learner.evaluate(test);
  const predicted = await learner.predict(test);
  learner.dispose();

  const report = trainingReport({
    ...{ workload: name, backend, kernel, seed, batchSize, test: { mse, examples } },
    fit: withReports(fit, learner.reports),
  });
  const rows = [['test mean squared error', `${mse.toExponential(3)} on ${count(examples)} windows`]] as const;
  say(closingTable(closingRows(rows, report)));
  if (flags.json !== undefined) await writeReport(flags.json, report);
  if (flags.plot !== undefined) {
    const title = `${name}: the next value of a sine, test error ${mse.toExponential(2)} (mean squared)`;
    // Not before it is wanted: loading takes a quarter of a second.
    const [{ writePicture }, { sineCurves }] = await Promise.all([
      import('app-common/pictures'),
      import('./pictures/sine-curves'),
    ]);
    await writePicture(flags.plot, await sineCurves({ title, ...curves(test, predicted) }));
    say(`drawn in ${flags.plot}`);
  }
}

/** Both curves over the argument of the sine; the first prediction is of the value after the first window. */
function curves(test: Dataset, predicted: Float32Array): Omit<SineCurves, 'title'> {
  const window = test.inputShape[0] as number;
  const step = (testEnd - testBegin) / (test.size + window - 1);
  return {
    x: Array.from(predicted, (_, i) => testBegin + (i + window) * step),
    sine: Array.from(test.targets),
    predicted: Array.from(predicted),
  };
}
