import { ArgumentError } from '@rnn/cells';
import type { Head, KernelChoice } from '@rnn/trainers';
import { assignWeights, readWeights, type Weights } from '@rnn/trainers/checkpoints';
import type { DataFlags } from './digit-data';
import { digitShape } from './digit-shape';
import { type DigitTrainer, digitTrainer } from './digit-trainer';
import type { Preparation } from './preparation';
import { trainable } from './trainable';

/** A model that was trained, ready to read. */
export interface TrainedModel {
  /** The workload's or the recipe's. */
  readonly name: string;
  readonly trainer: DigitTrainer;
  readonly preparation: Preparation | undefined;
  /** What it was trained on. */
  readonly dataset: DataFlags['dataset'];
  /** As its run was started. */
  readonly config: Weights['config'];
}

const remedy = 'pnpm mnist --checkpoints runs/lstm makes one.';

/** Loads what `train` or `best` saved, or `export` wrote: network and preparation follow from what the file says of its run. */
export async function loadTrained(path: string | undefined, kernel: KernelChoice): Promise<TrainedModel> {
  if (path === undefined)
    throw new ArgumentError('--model', 'a checkpoint, a folder of them or an exported file', 'none', remedy);
  const { tensors, config } = await readWeights(path);
  const { workload: name, dataset, units, head, learningRate } = config as Partial<RunConfig>;
  const workload = trainable[name as string];
  if (workload === undefined || !Array.isArray(units) || units.length !== workload.hidden.length) {
    const got = typeof name === 'string' ? `one of ${name}` : 'one that says of no run';
    throw new ArgumentError('--model', `a model that this app trained in ${path}`, got, remedy);
  }
  const layers = workload.layers(units);
  const options = { layers, head, learningRate: learningRate ?? workload.learningRate, kernel, seed: 0, totalSteps: 1 };
  const trainer = digitTrainer(workload, options);
  const preparation = workload.recipe?.preparation;
  trainer.model.build(digitShape(preparation));
  try {
    assignWeights(trainer.model, tensors);
  } catch (error) {
    trainer.dispose();
    throw error;
  }
  return { name: name as string, trainer, preparation, dataset, config };
}

/** What `trainWorkload` starts a run with. */
interface RunConfig {
  readonly workload: string;
  readonly dataset: NonNullable<DataFlags['dataset']>;
  readonly units: readonly number[];
  readonly head?: Head;
  readonly learningRate: number;
}
