import { useBackend } from '@rnn/backends';
import { BasicLSTMCell } from '@rnn/cells';
import { sine } from '@rnn/datasets';
import { stopOnSignals } from '@rnn/trainers/signals';
import {
  checkStopped,
  chosenValues,
  headerFacts,
  headerLines,
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
import type { SineModel } from './sine-model';
import type { Workload } from './workloads';

/** How a workload is trained. */
export interface SineFlags
  extends ValueFlags,
    Omit<RunFlags, 'json' | 'quiet' | 'pictures' | 'pictureFormat' | 'report'> {
  readonly asPublished: boolean;
  /** What a person is told of a run that was stopped and could not be saved. */
  readonly unsaved?: string;
}

/** One that was trained here. */
export interface TrainedSine extends SineModel {
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
  const model = workload.model(layers, flags.kernel);
  const learner = workload.learner(model, { learningRate, steps, seed });

  const run = { workload: name, units, optimizer, batchSize, learningRate, seed, windows: train.size };
  const config = { ...run, ...(rateFalls && { steps }) };
  const saved = await savedRun(flags, config);
  if (saved.state !== undefined) learner.restore(saved.state);

  const count = (n: number): string => n.toLocaleString('en');
  const data = [`${count(train.size)} / ${count(test.size)} windows of ${train.inputShape[0]} values`];
  const network = workload.network(units);
  const header = { workload: name, network, optimizer, values, units, seed, backend, kernel, data };
  for (const line of [...headerLines(header), ...saved.lines]) say(line);

  const fit = await learner.fit(train, {
    ...{ ...inAll(length), batchSize, shuffle, reportEvery: 100 },
    // The checkpoints first: a folder that they refuse leaves the logs of an earlier run as they are.
    callbacks: [...saved.callbacks, ...callbacks, ...logCallbacks(flags), stopOnSignals()],
  });
  const made = (saved.state?.step ?? 0) + fit.steps;
  const { checkpoints, unsaved = flags.apart ? '' : undefined } = flags;
  checkStopped({ app: 'sine', stopped: fit.stopped, steps: made, checkpoints, unsaved });
  const { loss: mse, examples } = await learner.evaluate(test);
  const report = trainingReport({
    ...{ workload: name, backend, kernel, seed, batchSize, test: { mse, examples } },
    fit: withReports(fit, learner.reports),
  });
  const { versions } = report;
  return { workload: name, model, config, learner, test, facts: headerFacts(header), versions, mse, report };
}
