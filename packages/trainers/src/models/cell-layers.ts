import { ArgumentError, MultiRNNCell, type RNNCell } from '@rnn/cells';
import { describeValue } from '../checks';
import type { Runner } from './last-output';

/** What a model runs: one cell, or a list of layers, the first first; backward cells alike. */
export interface ModelCells {
  readonly cell: RNNCell | readonly RNNCell[];
  readonly backwardCell?: RNNCell | readonly RNNCell[] | undefined;
}

/** A layer of a network: one cell, or one for each direction, forward first; each with the first part of its variables' names. */
export type CellLayer = readonly { readonly cell: RNNCell; readonly scope: string }[];

/**
 * The layers of a network, the first first, with the scopes of TensorFlow 1's runners. Layers that run in one direction only are one
 * `MultiRNNCell`. Throws `ArgumentError` for an empty list, for what is no cell, and unless there are as many backward cells.
 */
export function cellLayers(where: string, { cell, backwardCell }: ModelCells, runner: Runner): readonly CellLayer[] {
  if (isList(cell) && cell.length === 0)
    throw new ArgumentError(where, 'cell to hold at least one layer', 'an empty list');
  for (const each of [cell].flat()) checkCell(where, 'cell', each);
  if (backwardCell !== undefined) for (const each of [backwardCell].flat()) checkCell(where, 'backwardCell', each);
  if (backwardCell === undefined) return [[{ cell: isList(cell) ? new MultiRNNCell(cell) : cell, scope: 'rnn' }]];
  if (!isList(cell) && !isList(backwardCell)) return [bothWays(cell, backwardCell, 'bidirectional_rnn')];
  if (!isList(cell) || !isList(backwardCell) || cell.length !== backwardCell.length) {
    const got = [cell, backwardCell].map((cells) => (isList(cells) ? `a list of ${cells.length}` : 'one cell'));
    const expected = 'cell and backwardCell to be one cell each, or lists of as many';
    throw new ArgumentError(where, expected, got.join(' and '), 'Each layer has one of each.');
  }
  const inner = runner === 'dynamic' ? '/bidirectional_rnn' : '';
  return cell.map((forward, k) =>
    bothWays(forward, backwardCell[k] as RNNCell, `stack_bidirectional_rnn/cell_${k}${inner}`),
  );
}

/**
 * The name that first weights and masks follow from: of layers both ways that of the dynamic runner, where TensorFlow has a `bidirectional_rnn` that
 * it leaves out for the static one, so that both begin alike.
 */
export const drawnAs = (name: string): string =>
  name.replace(/^(stack_bidirectional_rnn\/cell_\d+)\/(?=[fb]w\/)/, '$1/bidirectional_rnn/');

const bothWays = (forward: RNNCell, backward: RNNCell, scope: string): CellLayer => [
  { cell: forward, scope: `${scope}/fw` },
  { cell: backward, scope: `${scope}/bw` },
];

function checkCell(where: string, what: string, cell: RNNCell | undefined): void {
  if (cell?.stateSize !== undefined && cell.outputSize !== undefined) return;
  const remedy = typeof cell === 'function' ? 'Make one of the class, with new.' : undefined;
  throw new ArgumentError(where, `${what} to be an RNNCell`, describeValue(cell), remedy);
}

const isList = (cells: RNNCell | readonly RNNCell[]): cells is readonly RNNCell[] => Array.isArray(cells);
