import type { Tensor } from '@tensorflow/tfjs-core';
import { BaseRNNCell } from './base-rnn-cell';
import type { AnyRNNCell, RNNCell } from './cell';
import type { State } from './state';
import { MultiRNNCell } from './wrappers/multi-rnn-cell';

/**
 * The state that a built cell begins with, where that is one of its own. Undefined where it is zeros, so that a runner computes no gradient for
 * them, and for no rows.
 */
export function ownZeroState<S extends State>(cell: RNNCell<S, Tensor, Tensor>, batchSize: number): S | undefined {
  return batchSize === 0 || startsAtZero(cell) ? undefined : cell.zeroState?.(batchSize);
}

function startsAtZero(cell: AnyRNNCell): boolean {
  const { zeroState } = cell;
  if (zeroState === MultiRNNCell.prototype.zeroState)
    return (cell as MultiRNNCell<AnyRNNCell[]>).cells.every(startsAtZero);
  return zeroState === undefined || zeroState === BaseRNNCell.prototype.zeroState;
}
