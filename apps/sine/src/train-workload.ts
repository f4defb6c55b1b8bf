import { useBackend } from '@rnn/backends';
import { BasicLSTMCell } from '@rnn/cells';
import { type Dataset, sine } from '@rnn/datasets';
import type { Estimator, Trainer } from '@rnn/trainers';
import { stopOnSignals } from '@rnn/trainers/signals';
import {
  checkStopped,
  chosenValues,
  headerLines,
  headerRows,
  inAll,
  logCallbacks,
  type RunFlags,
  savedRun,
  type TrainingReport,
  type TrainingView,
  trainingReport,
  type ValueFlags,
  withReports,
} from 'app-common';
import type { Workload } from './workloads';

/** How a workload is trained. */
export interface SineFlags
  extends ValueFlags,
    Omit<RunFlags, 'json' | 'quiet' | 'pictures' | 'pictureFormat' | 'report'> {
  readonly asPublished: boolean;
}

/** A trained network with the windows that it is tested on. */
export interface SineModel {
  readonly workload: string;
  readonly learner: Pick<Trainer | Estimator, 'evaluate' | 'predict' | 'dispose'>;
  readonly test: Dataset;
}

/** One that was trained here. */
export interface TrainedSine extends SineModel {
  /** What was run: a name and a value each. */
  readonly facts: readonly (readonly [string, string])[];
  /** Mean squared error of the test. */
  readonly mse: number;
  readonly report: TrainingReport;
}

/** Trains a workload and tests it. */
export async function trainWorkload(
  name: string,
  given: Workload,
  flags: SineFlags,
  { say, callbacks }: TrainingView,
): Promise<TrainedSine> {
  const workload = (flags.asPublished && given.asPublished) || given;
  const { seed } = flags;
  const backend = await useBackend(flags.backend);
  const { train, test } = sine({ ...workload.samples, seed });

  const values = chosenValues(workload, flags);
  const { batchSize, length, learningRate } = values;
  const { optimizer, shuffle, rateFalls } = workload;
  const units = workload.units(values.hidden);
  const layers = units.map((n) => new BasicLSTMCell(n));
  const kernel = workload.explain(layers, train, batchSize, flags.kernel);
  const steps = 'steps' in length ? length.steps : length.epochs * Math.floor(train.size / batchSize);
  const learner = workload.learner(workload.model(layers, flags.kernel), { learningRate, steps, seed });

  const config = { workload: name, units, batchSize, learningRate, seed, windows: train.size };
  const saved = await savedRun(flags, { ...config, optimizer, ...(rateFalls && { steps }) });
  if (saved.state !== undefined) learner.restore(saved.state);

  const count = (n: number): string => n.toLocaleString('en');
  const data = [`${count(train.size)} / ${count(test.size)} windows of ${train.inputShape[0]} values`];
  const network = workload.network(units);
  const header = { workload: name, network, optimizer, values, units, seed, backend, kernel, data };
  for (const line of [...headerLines(header), ...saved.lines]) say(line);

  const fit = await learner.fit(train, {
    ...{ ...inAll(length), batchSize, shuffle, reportEvery: 100 },
    callbacks: [...callbacks, ...logCallbacks(flags), stopOnSignals(), ...saved.callbacks],
  });
  checkStopped({ app: 'sine', stopped: fit.stopped, reports: learner.reports, checkpoints: flags.checkpoints });
  const { loss: mse, examples } = await learner.evaluate(test);
  const report = trainingReport({
    ...{ workload: name, backend, kernel, seed, batchSize, test: { mse, examples } },
    fit: withReports(fit, learner.reports),
  });
  return { workload: name, learner, test, facts: headerRows(header), mse, report };
}
