import { concat, type Tensor2D } from '@tensorflow/tfjs-core';
import { checkThat } from '../checks';
import type { WeightDeclaration } from '../layer-rnn-cell';
import type { LSTMStateTuple } from '../state';
import { BaseGridLSTMCell, type BaseGridLSTMCellOptions } from './base-grid-lstm-cell';
import { cutWindows } from './frequency-windows';

export interface BidirectionalGridLSTMCellOptions extends BaseGridLSTMCellOptions {
  /** Moves the windows of the backward walk to higher inputs, below 0 to lower ones; what lies outside is 0. Default: 0. */
  backwardSliceOffset?: number;
}

/** The pairs of the forward walk and those of the backward one, each in the order walked. */
export type BidirectionalGridLSTMState = readonly [
  forward: readonly LSTMStateTuple[],
  backward: readonly LSTMStateTuple[],
];

/**
 * Two walks of `GridLSTMCell` at each step, with weights of their own: one over the windows from the first to the last, one from the last to the
 * first. Only frequency is walked both ways; along time the cell hears the past alone, and runs online.
 *
 * State: `[forward, backward]`, in each a pair `{ c [B, H], h [B, H] }` for each of N windows, block after block, in the order walked: in the backward
 * walk the last window of a block comes first. That is TensorFlow's order, `fwd_state_fKK_bBB_c`, `fwd_state_fKK_bBB_m` and then those of `bwd`. Output:
 * `[B, 4NH]`, what `GridLSTMCell` puts out for the forward walk, then for the backward one, in the order walked. Weights: those of `GridLSTMCell`
 * below `fwd`, then below `bwd`. Throws `ArgumentError` as `GridLSTMCell` does, and for a `backwardSliceOffset` that is no whole number.
 */
export class BidirectionalGridLSTMCell extends BaseGridLSTMCell<BidirectionalGridLSTMState> {
  readonly stateSize: readonly [readonly LSTMStateTuple<number>[], readonly LSTMStateTuple<number>[]];
  readonly outputSize: number;
  readonly backwardSliceOffset: number;

  constructor(numUnits: number, options: BidirectionalGridLSTMCellOptions) {
    super(numUnits, 'bidirectional_grid_lstm_cell', options);
    const { backwardSliceOffset = 0 } = options;
    const expected = 'backwardSliceOffset to be a whole number';
    checkThat(Number.isInteger(backwardSliceOffset), 'BidirectionalGridLSTMCell', expected, backwardSliceOffset);
    this.stateSize = [this.walkSize(), this.walkSize()];
    this.outputSize = 4 * this.stateSize[0].length * numUnits;
    this.backwardSliceOffset = backwardSliceOffset;
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number): Record<string, WeightDeclaration> {
    return { ...this.declareWalk(inputSize, 'fwd/'), ...this.declareWalk(inputSize, 'bwd/') };
  }

  protected step(x: Tensor2D, [ahead, back]: BidirectionalGridLSTMState): [Tensor2D, BidirectionalGridLSTMState] {
    const reversed = cutWindows(x, this, this.backwardSliceOffset).map((windows) => windows.reverse());
    const forward = this.walk(cutWindows(x, this), this.byBlock(ahead), 'fwd/');
    const backward = this.walk(reversed, this.byBlock(back), 'bwd/');
    return [concat([...forward.outputs, ...backward.outputs], 1), [forward.state, backward.state]];
  }
}
