import {
  BasicLSTMCell,
  GRUCell,
  type Initializer,
  LSTMCell,
  MultiRNNCell,
  type RNNCell,
  randomNormal,
} from '@rnn/cells';
import type { PublishedValues } from 'app-common';

/** A published TensorFlow 1 program: its network and the values it ran with. */
export interface Workload extends Program {
  /** The program as it was published. */
  readonly description: string;
  /** The cells with these units, and the runner, in words. */
  readonly network: (hidden: readonly number[]) => string;
  readonly cell: (hidden: readonly number[]) => RNNCell;
}

interface Program extends PublishedValues {
  readonly runner: 'static' | 'dynamic';
  readonly length: { readonly steps: number };
  readonly reportEvery: number;
  /** How many test images, drawn anew, each report also evaluates. Default: none. */
  readonly drawnTestImages?: number;
  /** Of the weights and the bias of the dense layer. Default: Glorot's uniform one, and zeros. */
  readonly headInitializer?: Initializer;
}

const layers = {
  BasicLSTMCell: (units: number) => new BasicLSTMCell(units, { forgetBias: 1 }),
  LSTMCell: (units: number) => new LSTMCell(units),
  GRUCell: (units: number) => new GRUCell(units),
};
type Layer = keyof typeof layers;

/** A program with these layers, the first first. */
function workload(kinds: readonly Layer[], program: Program): Workload {
  const { runner, hidden, learningRate, batchSize, length } = program;
  const network = (units: readonly number[]): string =>
    `${kinds.map((kind, k) => `${kind}(${units[k]})`).join(', ')}, ${runner} runner`;
  const run = `Adam ${learningRate.toExponential()}, ${length.steps.toLocaleString('en')} steps of ${batchSize}`;
  return {
    ...program,
    description: `${network(hidden)}, ${run}`,
    network,
    cell(units) {
      const cells = kinds.map((kind, k) => layers[kind](units[k] as number));
      return cells.length === 1 ? (cells[0] as RNNCell) : new MultiRNNCell(cells);
    },
  };
}

/** The programs `single-*` and `multi-*` differ in these alone. */
function stack(runner: Program['runner'], kinds: readonly Layer[], hidden: readonly number[], steps: number): Workload {
  return workload(kinds, { runner, hidden, learningRate: 1e-4, batchSize: 128, length: { steps }, reportEvery: 200 });
}

const single = (runner: Program['runner'], kind: Layer): Workload => stack(runner, [kind], [128], 5000);
const three = (runner: Program['runner'], kind: Layer): Workload =>
  stack(runner, [kind, kind, kind], [128, 128, 128], 1000);

/** Each by its name; all train on the last output of 28 steps of 28 pixels, by softmax cross-entropy and Adam. */
export const workloads: Readonly<Record<string, Workload>> = {
  'rows-static-lstm': workload(['BasicLSTMCell'], {
    hidden: [128],
    runner: 'static',
    learningRate: 1e-3,
    batchSize: 128,
    length: { steps: 800 },
    reportEvery: 10,
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
  }),
  'single-static-lstm': single('static', 'LSTMCell'),
  'single-static-gru': single('static', 'GRUCell'),
  'single-dynamic-lstm': single('dynamic', 'LSTMCell'),
  'single-dynamic-gru': single('dynamic', 'GRUCell'),
  'multi-static-lstm': three('static', 'LSTMCell'),
  'multi-static-gru': three('static', 'GRUCell'),
  'multi-dynamic-lstm': three('dynamic', 'LSTMCell'),
  'multi-dynamic-gru': three('dynamic', 'GRUCell'),
  'multi-static-mix': stack('static', ['LSTMCell', 'GRUCell'], [128, 256], 1000),
  'multi-dynamic-mix': stack('dynamic', ['LSTMCell', 'GRUCell'], [128, 256], 1000),
};
