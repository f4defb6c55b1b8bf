import { BasicLSTMCell, GRUCell, type Initializer, LSTMCell, type RNNCell, randomNormal } from '@rnn/cells';
import type { Head } from '@rnn/trainers';
import type { PublishedValues } from 'app-common';
import type { Recipe } from './recipes';

/** A published TensorFlow 1 program: its network and the values it ran with. */
export interface Workload extends Program {
  /** The program as it was published. */
  readonly description: string;
  /** The layers with these units, the runner and what the dense layer sees, in words. */
  readonly network: (hidden: readonly number[], head: Head | undefined) => string;
  /** The layers, the first first: of each its cell, and of a bidirectional program a second one, which runs backward. */
  readonly layers: (hidden: readonly number[]) => readonly (readonly RNNCell[])[];
  /** Of this project's own. Default: a published program. */
  readonly recipe?: Recipe;
}

interface Program extends PublishedValues {
  readonly runner: 'static' | 'dynamic';
  readonly reportEvery: number;
  /** Of a bidirectional program: what its dense layer sees. Default: the program has one direction. */
  readonly head?: Head;
  /** The test accuracy in percent that the program printed, or that TensorFlow was found to reach (*). */
  readonly published?: string;
  /** How many test images, drawn anew, each report also evaluates. Default: none. */
  readonly drawnTestImages?: number;
  /** Of the weights and the bias of the dense layer. Default: Glorot's uniform one, and zeros. */
  readonly headInitializer?: Initializer;
}

const cells = {
  BasicLSTMCell: (units: number) => new BasicLSTMCell(units, { forgetBias: 1 }),
  LSTMCell: (units: number) => new LSTMCell(units),
  GRUCell: (units: number) => new GRUCell(units),
};
type Layer = keyof typeof cells;

/** A program with these layers, the first first. */
function workload(
  kinds: readonly Layer[],
  program: Program & { readonly length: { readonly steps: number } },
): Workload {
  const { runner, hidden, learningRate, batchSize, length } = program;
  const network: Workload['network'] = (units, head) => {
    const names = kinds.map((kind, k) => `${kind}(${units[k]})`).join(', ');
    return head === undefined ? `${names}, ${runner} runner` : `${names} each way, ${runner} runner, head ${head}`;
  };
  const run = `Adam ${learningRate.toExponential()}, ${length.steps.toLocaleString('en')} steps of ${batchSize}`;
  return {
    ...program,
    description: `${network(hidden, program.head)}, ${run}`,
    network,
    layers(units) {
      return kinds.map((kind, k) => {
        const make = () => cells[kind](units[k] as number);
        return program.head === undefined ? [make()] : [make(), make()];
      });
    },
  };
}

/**
 * The programs `single-*`, `multi-*` and `bi-*` differ in these alone. Their loss, `-mean(sum(y log p))` over the softmax p, is
 * `softmaxCrossEntropy`, which has no logarithm of 0; their test, the mean of 200 batches of 50, is the mean over all 10,000, as `evaluate` takes it.
 */
function stack(
  runner: Program['runner'],
  kinds: readonly Layer[],
  hidden: readonly number[],
  steps: number,
  { head, published }: Pick<Program, 'head' | 'published'> = {},
): Workload {
  const values = { learningRate: 1e-4, batchSize: 128, length: { steps }, reportEvery: 200 };
  return workload(kinds, { ...values, runner, hidden, ...(head && { head }), ...(published && { published }) });
}

/** What Keras of TensorFlow 2.21 reached on the full test with these settings and TensorFlow 1's initial weights, one seed each. */
const reached = {
  single: { LSTMCell: '95.56 *', GRUCell: '96.24 *' },
  three: { LSTMCell: '92.06 *', GRUCell: '93.63 *' },
  mix: '92.62 *',
  bothWays: { 1: '90.09 *', 3: '92.96 *' },
};

const single = (runner: Program['runner'], kind: keyof typeof reached.single): Workload =>
  stack(runner, [kind], [128], 5000, { published: reached.single[kind] });
const three = (runner: Program['runner'], kind: keyof typeof reached.three): Workload =>
  stack(runner, [kind, kind, kind], [128, 128, 128], 1000, { published: reached.three[kind] });
const mix = (runner: Program['runner']): Workload =>
  stack(runner, ['LSTMCell', 'GRUCell'], [128, 256], 1000, { published: reached.mix });
/** Its dense layer sees the last step in time, of which the backward half has seen one row. */
const bothWays = (runner: Program['runner'], depth: keyof typeof reached.bothWays): Workload =>
  stack(runner, new Array(depth).fill('BasicLSTMCell'), new Array(depth).fill(128), 1000, {
    ...{ head: 'last', published: reached.bothWays[depth] },
  });

/** Each by its name, the dynamic after its static twin; all train on 28 steps of 28 pixels, by softmax cross-entropy and Adam. */
export const workloads: Readonly<Record<string, Workload>> = {
  'rows-static-lstm': workload(['BasicLSTMCell'], {
    hidden: [128],
    runner: 'static',
    learningRate: 1e-3,
    batchSize: 128,
    length: { steps: 800 },
    reportEvery: 10,
    published: '99.21 (128)',
    headInitializer: randomNormal(),
  }),
  'rows-dynamic-lstm-100': workload(['BasicLSTMCell'], {
    hidden: [100],
    runner: 'dynamic',
    learningRate: 1e-2,
    batchSize: 100,
    length: { steps: 8000 },
    reportEvery: 500,
    drawnTestImages: 5000,
    published: '98 to 99',
  }),
  'single-static-lstm': single('static', 'LSTMCell'),
  'single-dynamic-lstm': single('dynamic', 'LSTMCell'),
  'single-static-gru': single('static', 'GRUCell'),
  'single-dynamic-gru': single('dynamic', 'GRUCell'),
  'multi-static-lstm': three('static', 'LSTMCell'),
  'multi-dynamic-lstm': three('dynamic', 'LSTMCell'),
  'multi-static-gru': three('static', 'GRUCell'),
  'multi-dynamic-gru': three('dynamic', 'GRUCell'),
  'multi-static-mix': mix('static'),
  'multi-dynamic-mix': mix('dynamic'),
  'bi-static-lstm': bothWays('static', 1),
  'bi-dynamic-lstm': bothWays('dynamic', 1),
  'bi-static-lstm-3': bothWays('static', 3),
  'bi-dynamic-lstm-3': bothWays('dynamic', 3),
};
