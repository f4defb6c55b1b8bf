import { useBackend } from '@rnn/backends';
import { ArgumentError, BasicLSTMCell } from '@rnn/cells';
import { type Dataset, sine } from '@rnn/datasets';
import type { Estimator, Model, Trainer } from '@rnn/trainers';
import { assignWeights, type RunConfig, readWeights } from '@rnn/trainers/checkpoints';
import type { DeviceFlags } from 'app-common';
import { type Workload, workloads } from './workloads';

/** A trained network with the windows that it is tested on. */
export interface SineModel {
  readonly workload: string;
  readonly model: Model;
  /** What the run that trained it was started with, as it is saved. */
  readonly config: RunConfig;
  readonly learner: Pick<Trainer | Estimator, 'evaluate' | 'predict' | 'dispose'>;
  readonly test: Dataset;
  /** What it is and what it runs on: a name and a value each. */
  readonly facts: readonly (readonly [string, string])[];
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * The network in an exported file, in a checkpoint or in the newest one of a folder. Throws `ArgumentError` for one that this app has not trained,
 * `CheckpointError` where there is none.
 */
export async function savedModel(path: string, flags: DeviceFlags): Promise<SineModel> {
  const { tensors, config } = await readWeights(path);
  const { workload: name, units } = config;
  if (typeof name !== 'string' || !Object.hasOwn(workloads, name) || !isUnits(units)) {
    const expected = `a model of ${Object.keys(workloads).join(', ')}`;
    throw new ArgumentError('--model', expected, `${path}, of ${name ?? 'no workload'}`);
  }
  const workload = workloads[name] as Workload;
  const backend = await useBackend(flags.backend);
  const layers = units.map((n) => new BasicLSTMCell(n));
  const { test } = sine({ ...workload.samples, seed: 0 });
  const kernel = workload.explain(layers, test, test.size, flags.kernel);
  const model = workload.model(layers, flags.kernel);
  model.build(test.inputShape);
  assignWeights(model, tensors);
  return {
    ...{ workload: name, model, config, test },
    // It makes no update.
    learner: workload.learner(model, { learningRate: workload.learningRate, steps: 1, seed: 0 }),
    facts: [
      [name, workload.network(units)],
      ['model', path],
      ['backend', `${backend}`],
      ['kernel', kernel],
    ],
    versions: { node: process.versions.node, ...backend.versions },
  };
}

function isUnits(units: unknown): units is readonly number[] {
  return Array.isArray(units) && units.length > 0 && units.every((n) => Number.isSafeInteger(n) && n > 0);
}
