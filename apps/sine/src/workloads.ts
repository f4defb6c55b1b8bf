import { BasicLSTMCell, MultiRNNCell, type RNNCell } from '@rnn/cells';
import type { PublishedValues } from 'app-common';

/** A published TensorFlow 1 program that predicts the next value of a sine from the ten before it; `hidden` leaves out the last layer. */
export interface Workload extends PublishedValues {
  readonly description: string;
}

export const workloads: Readonly<Record<string, Workload>> = {
  'one-layer': workload([], 150),
  'two-layer': workload([20], 50),
};

function workload(hidden: readonly number[], epochs: number): Workload {
  const description = `${network(unitsOf(hidden))}, Adam 1e-3, ${epochs} epochs of batches of 128 in order`;
  return { description, hidden, learningRate: 1e-3, batchSize: 128, length: { epochs } };
}

/** Units of each layer: the last has one, whose output is the prediction. */
export function unitsOf(hidden: readonly number[]): readonly number[] {
  return [...hidden, 1];
}

/** The layers with these units, and the runner, in words. */
export function network(units: readonly number[]): string {
  return `${units.map((n) => `BasicLSTMCell(${n})`).join(', ')}, dynamic runner`;
}

export function makeCell(units: readonly number[]): RNNCell {
  const layers = units.map((n) => new BasicLSTMCell(n));
  return layers.length === 1 ? (layers[0] as RNNCell) : new MultiRNNCell(layers);
}
