import { ArgumentError, type BasicLSTMCell, MultiRNNCell, type RNNCell } from '@rnn/cells';
import {
  adam,
  type Estimator,
  type Examples,
  type KernelChoice,
  type Model,
  meanSquaredError,
  sequenceRegressor,
  Trainer,
} from '@rnn/trainers';
import { Explanation } from '@rnn/unroll';
import { getBackend } from '@tensorflow/tfjs-core';
import { explainRun, type PublishedValues } from 'app-common';
import { type LearnerOptions, type SineUpdate, sineEstimator } from './sine-estimator';
import { stepByHand } from './step-by-hand';

type Layers = readonly BasicLSTMCell[];

/** A TensorFlow 1 program that predicts the next value of a sine from the ten before it. */
export interface Workload extends PublishedValues {
  readonly description: string;
  /** The program as it was published, where this one is not. */
  readonly asPublished?: Workload;
  /** Points of the curves. */
  readonly samples: { readonly trainSamples: number; readonly testSamples: number };
  readonly optimizer: string;
  /** The rate of a step depends on how many the run has, so that a run which is stopped goes on with as many alone. */
  readonly rateFalls?: boolean;
  /** Whether each epoch has another order of the windows. */
  readonly shuffle: boolean;
  /** Of each layer, given those that can be chosen. */
  readonly units: (hidden: readonly number[]) => readonly number[];
  /** The layers with these units and what runs them, in words. */
  readonly network: (units: readonly number[]) => string;
  /** Which kernel will run, and why. Throws `ArgumentError` where it cannot be the one that is asked for. */
  readonly explain: (layers: Layers, train: Examples, batchSize: number, kernel: KernelChoice) => string;
  /** What predicts. */
  readonly model: (layers: Layers, kernel: KernelChoice) => Model;
  /** What trains it and measures its mean squared error. */
  readonly learner: (model: Model, options: LearnerOptions) => Trainer | Estimator;
}

/** What runs the layers. */
interface Way extends Pick<Workload, 'explain'> {
  readonly words: string;
  /** The output of the last step is the prediction. */
  readonly model: Workload['model'];
}

const dynamic: Way = {
  words: 'dynamic runner',
  explain: (layers, train, batchSize, kernel) => explainRun([[stacked(layers)]], train, batchSize, kernel),
  model: (layers, kernel) => sequenceRegressor({ cell: stacked(layers), kernel }),
};

const byHand: Way = {
  words: 'stepped by hand',
  explain(layers, _train, _batchSize, kernel) {
    const reason = 'the program calls its cells itself';
    if (kernel === 'fused') throw new ArgumentError('--kernel', `auto or reference, since ${reason}`, kernel);
    const plan = { cell: 'BasicLSTMCell', op: 'steps', kernel: 'reference', reason } as const;
    return `${new Explanation(
      getBackend(),
      layers.map(() => plan),
    )}`;
  },
  model: (layers) => stepByHand(layers),
};

/** The last layer has one unit, whose output is the prediction; the windows come in order, whole batches only. */
function oneOutput(hidden: readonly number[], epochs: number, { words, explain, model }: Way): Workload {
  const units: Workload['units'] = (chosen) => [...chosen, 1];
  const network: Workload['network'] = (all) => `${inWords(all)}, ${words}`;
  return {
    ...{ hidden, learningRate: 1e-3, batchSize: 128, length: { epochs } },
    description: `${network(units(hidden))}, Adam 1e-3, ${epochs} epochs of batches of 128 in order`,
    samples: { trainSamples: 11_000, testSamples: 1_100 },
    ...{ optimizer: 'Adam', shuffle: false, units, network, explain, model },
    learner: (model, { learningRate, seed }) =>
      new Trainer(model, { loss: meanSquaredError, optimizer: adam(learningRate), seed }),
  };
}

/** A dense layer makes the prediction; the Estimator's `fit` shuffles. */
function estimator(update: SineUpdate, optimizer: string): Workload {
  const hidden = [30, 30];
  const network: Workload['network'] = (units) => `${inWords(units)}, dynamic runner, dense 1, Estimator`;
  return {
    ...{ hidden, learningRate: 0.1, batchSize: 32, length: { steps: 3000 } },
    description: `${network(hidden)}, ${optimizer}, rate 0.1, 3,000 steps of 32`,
    samples: { trainSamples: 10_000, testSamples: 1_000 },
    ...{ optimizer, rateFalls: update.fallingShare > 0 },
    ...{ shuffle: true, units: (chosen) => chosen, network, explain: dynamic.explain },
    model: (layers, kernel) => sequenceRegressor({ cell: stacked(layers), outputs: 1, kernel }),
    learner: (model, options) => sineEstimator(model, update, options),
  };
}

/** The program as it was published, and with what brings its error from 4e-4 to 4e-5: docs/decisions/2026-11-22-the-sine-estimator-anneals.md. */
const publishedEstimator = estimator({ initialAccumulatorValue: 0.1, fallingShare: 0 }, 'Adagrad');
const annealedEstimator = estimator(
  { initialAccumulatorValue: 1e-4, fallingShare: 0.3 },
  'Adagrad from 1e-4, rate falling in the last 30 %',
);

export const workloads: Readonly<Record<string, Workload>> = {
  'one-layer': oneOutput([], 150, dynamic),
  'two-layer': oneOutput([20], 50, dynamic),
  'two-layer-manual': oneOutput([20], 50, byHand),
  estimator: {
    ...annealedEstimator,
    description: `${annealedEstimator.description} (published: from 0.1, constant rate)`,
    asPublished: publishedEstimator,
  },
};

function inWords(units: readonly number[]): string {
  return units.map((n) => `BasicLSTMCell(${n})`).join(', ');
}

function stacked(layers: Layers): RNNCell {
  return layers.length > 1 ? new MultiRNNCell(layers) : (layers[0] as RNNCell);
}
