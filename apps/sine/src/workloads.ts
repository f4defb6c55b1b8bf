import { BasicLSTMCell, MultiRNNCell, type RNNCell } from '@rnn/cells';

/** A published TensorFlow 1 program that predicts the next value of a sine from the ten before it. */
export interface Workload {
  readonly description: string;
  /** Units of each layer below the last, which has one unit: its output is the prediction. */
  readonly hidden: readonly number[];
  readonly learningRate: number;
  readonly batchSize: number;
  readonly epochs: number;
}

export const workloads: Readonly<Record<string, Workload>> = {
  'one-layer': {
    description: 'BasicLSTMCell(1), dynamic runner, Adam 1e-3, 150 epochs of batches of 128 in order',
    hidden: [],
    learningRate: 1e-3,
    batchSize: 128,
    epochs: 150,
  },
  'two-layer': {
    description: 'BasicLSTMCell(20), BasicLSTMCell(1), dynamic runner, Adam 1e-3, 50 epochs of batches of 128 in order',
    hidden: [20],
    learningRate: 1e-3,
    batchSize: 128,
    epochs: 50,
  },
};

export function makeCell(hidden: readonly number[]): RNNCell {
  const layers = [...hidden, 1].map((units) => new BasicLSTMCell(units));
  return layers.length === 1 ? (layers[0] as RNNCell) : new MultiRNNCell(layers);
}
