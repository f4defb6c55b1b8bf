import {
  BasicLSTMCell,
  GRUCell,
  type Initializer,
  LSTMCell,
  MultiRNNCell,
  type RNNCell,
  randomNormal,
} from '@rnn/cells';

/** A published TensorFlow 1 program: its network and the values it ran with. */
export interface Workload {
  readonly description: string;
  /** Units of each layer. */
  readonly hidden: readonly number[];
  readonly cell: (hidden: readonly number[]) => RNNCell;
  readonly runner: 'static' | 'dynamic';
  readonly learningRate: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly reportEvery: number;
  /** How many test images, drawn anew, each report also evaluates. Default: none. */
  readonly drawnTestImages?: number;
  /** Of the weights and the bias of the dense layer. Default: Glorot's uniform one, and zeros. */
  readonly headInitializer?: Initializer;
}

const layers = { lstm: (units: number) => new LSTMCell(units), gru: (units: number) => new GRUCell(units) };
type Layer = keyof typeof layers;
type Runner = Workload['runner'];

/** The programs `single-*` and `multi-*` differ in these alone. */
function stack(runner: Runner, kinds: readonly Layer[], hidden: readonly number[], steps: number): Workload {
  const names = kinds.map((kind, k) => `${kind === 'lstm' ? 'LSTMCell' : 'GRUCell'}(${hidden[k]})`);
  const makeLayers = (units: readonly number[]) => kinds.map((kind, k) => layers[kind](units[k] as number));
  return {
    description: `${names.join(', ')}, ${runner} runner, Adam 1e-4, ${steps.toLocaleString('en')} steps of 128`,
    hidden,
    cell: (units) => (kinds.length === 1 ? (makeLayers(units)[0] as RNNCell) : new MultiRNNCell(makeLayers(units))),
    runner,
    learningRate: 1e-4,
    batchSize: 128,
    steps,
    reportEvery: 200,
  };
}

const single = (runner: Runner, kind: Layer): Workload => stack(runner, [kind], [128], 5000);
const three = (runner: Runner, kind: Layer): Workload => stack(runner, [kind, kind, kind], [128, 128, 128], 1000);

/** Each by its name; all train on the last output of 28 steps of 28 pixels, by softmax cross-entropy and Adam. */
export const workloads: Readonly<Record<string, Workload>> = {
  'rows-static-lstm': {
    description: 'BasicLSTMCell(128), static runner, Adam 1e-3, 800 steps of 128',
    hidden: [128],
    cell: ([units]) => new BasicLSTMCell(units as number, { forgetBias: 1 }),
    runner: 'static',
    learningRate: 1e-3,
    batchSize: 128,
    steps: 800,
    reportEvery: 10,
    headInitializer: randomNormal(),
  },
  'rows-dynamic-lstm-100': {
    description: 'BasicLSTMCell(100), dynamic runner, Adam 1e-2, 8,000 steps of 100',
    hidden: [100],
    cell: ([units]) => new BasicLSTMCell(units as number),
    runner: 'dynamic',
    learningRate: 1e-2,
    batchSize: 100,
    steps: 8000,
    reportEvery: 500,
    drawnTestImages: 5000,
  },
  'single-static-lstm': single('static', 'lstm'),
  'single-static-gru': single('static', 'gru'),
  'single-dynamic-lstm': single('dynamic', 'lstm'),
  'single-dynamic-gru': single('dynamic', 'gru'),
  'multi-static-lstm': three('static', 'lstm'),
  'multi-static-gru': three('static', 'gru'),
  'multi-dynamic-lstm': three('dynamic', 'lstm'),
  'multi-dynamic-gru': three('dynamic', 'gru'),
  'multi-static-mix': stack('static', ['lstm', 'gru'], [128, 256], 1000),
  'multi-dynamic-mix': stack('dynamic', ['lstm', 'gru'], [128, 256], 1000),
};
