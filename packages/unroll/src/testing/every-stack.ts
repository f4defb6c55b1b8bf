import { BasicLSTMCell, BasicRNNCell, CudnnCompatibleGRUCell, GRUCell, LSTMCell, type RNNCell } from '@rnn/cells';
import type { Variable } from '@tensorflow/tfjs-core';
import { sequenceOf } from 'testing';
import { CountingCell } from './counting-cell';
import { type Cell, inputSize } from './every-cell';

/** Layers of a forward and a backward cell each, the first layer first. */
export interface Stack {
  readonly cellsFw: Cell[];
  readonly cellsBw: Cell[];
  readonly variables: Variable[];
}

export const widthOf = (cells: readonly RNNCell[]): number =>
  cells.reduce((sum, { outputSize }) => sum + outputSize, 0);

/** Two lists of cells for inputs of `inputSize`, built layer by layer, whose weights are all different. */
function built(cellsFw: Cell[], cellsBw: Cell[]): Stack {
  let width = inputSize;
  for (const [k, cellFw] of cellsFw.entries()) {
    const both = [cellFw, cellsBw[k] as Cell];
    for (const [i, cell] of both.entries()) {
      cell.build?.(width);
      const weights = [...(cell.variables ?? [])].map(([name, { shape, size }], n) => {
        return [name, { shape, data: sequenceOf(size, 11 + 20 * k + 10 * i + n) }] as const;
      });
      if (weights.length > 0) cell.setWeights?.(Object.fromEntries(weights));
    }
    width = widthOf(both);
  }
  const variables = [...cellsFw, ...cellsBw].flatMap((cell) => [...(cell.variables?.values() ?? [])]);
  return { cellsFw, cellsBw, variables };
}

/** What the runners of one cell each way are given: cells that can run as one operation, and cells that cannot. */
export const everyPair: Readonly<Record<string, () => Stack>> = {
  'two LSTMs': () =>
    built(
      [new LSTMCell(3, { usePeepholes: true, numProj: 2 })],
      [new BasicLSTMCell(2, { forgetBias: 0, stateIsTuple: false })],
    ),
  'two GRUs': () => built([new GRUCell(2)], [new CudnnCompatibleGRUCell(3)]),
  'two basic cells': () => built([new BasicRNNCell(2)], [new BasicRNNCell(3)]),
  'an LSTM and a GRU': () => built([new LSTMCell(2)], [new GRUCell(3)]),
  'a cell that is stepped, and a GRU': () => built([new CountingCell(inputSize)], [new GRUCell(2)]),
};

/** What the runners of layers are given. */
export const everyStack: Readonly<Record<string, () => Stack>> = {
  'one layer': () => built([new GRUCell(2)], [new GRUCell(4)]),
  'two layers of LSTMs': () =>
    built(
      [new LSTMCell(2), new LSTMCell(3)],
      [new LSTMCell(4, { usePeepholes: true }), new LSTMCell(5, { numProj: 2 })],
    ),
  'three layers of different cells': () =>
    built(
      [new GRUCell(2), new BasicLSTMCell(3), new GRUCell(4)],
      [new LSTMCell(3), new GRUCell(2), new CountingCell(5)],
    ),
};
