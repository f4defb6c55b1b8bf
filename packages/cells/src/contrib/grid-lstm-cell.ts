import { concat, type Tensor2D } from '@tensorflow/tfjs-core';
import { checkFlags } from '../checks';
import type { WeightDeclaration } from '../layer-rnn-cell';
import { joinState, type LSTMStateTuple, splitState } from '../state';
import { BaseGridLSTMCell, type BaseGridLSTMCellOptions } from './base-grid-lstm-cell';
import { cutWindows } from './frequency-windows';

export interface GridLSTMCellOptions<IsTuple extends boolean> extends BaseGridLSTMCellOptions {
  /** False gives the state as one tensor `[B, 2NH]`. Default: true. */
  stateIsTuple?: IsTuple;
}

/** The state of a grid LSTM: a pair for each window, block after block, or with `stateIsTuple: false` one tensor. */
export type GridLSTMState<IsTuple extends boolean> = IsTuple extends false ? Tensor2D : readonly LSTMStateTuple[];

/** The sizes of a grid LSTM's state, structured like it. */
export type GridLSTMStateSize<IsTuple extends boolean> = IsTuple extends false
  ? number
  : readonly LSTMStateTuple<number>[];

/**
 * Grid LSTM in two dimensions (Kalchbrenner, Danihelka & Graves 2016, https://arxiv.org/abs/1507.01526; with peepholes Sainath & Li 2016,
 * https://doi.org/10.21437/Interspeech.2016-84): at each step an LSTM along frequency walks over windows of the inputs, and each window has an LSTM
 * along time; each hears the outputs of both.
 *
 *     cf₋₁ = mf₋₁ = 0;   for the windows k = 0, 1, … of block b:
 *     i, j, f, o = split([window_k, m_k, mf_k₋₁] · W_f_b + B_f_b, 4)              gate order of TensorFlow 1
 *     cf_k = clip(σ(f + forgetBias + W_F_diag_freqf_b ⊙ cf_k₋₁ + W_F_diag_freqt_b ⊙ c_k) ⊙ cf_k₋₁
 *                 + σ(i + W_I_diag_freqf_b ⊙ cf_k₋₁ + W_I_diag_freqt_b ⊙ c_k) ⊙ tanh(j), cellClip)
 *     i, j, f, o, c'_k: the same of W_t_b, B_t_b, W_…_diag_timef_b, W_…_diag_timet_b, but with c_k to be kept
 *     mf_k = σ(o of frequency + W_O_diag_freqf_b ⊙ cf_k + W_O_diag_freqt_b ⊙ c'_k) ⊙ tanh(cf_k)
 *     m'_k = σ(o of time + W_O_diag_timef_b ⊙ cf_k + W_O_diag_timet_b ⊙ c'_k) ⊙ tanh(c'_k)
 *
 * With `coupleInputForgetGates` there is no f, and 1 - σ(i + …) keeps the cell. With `shareTimeFrequencyWeights` both LSTMs have the weights of
 * frequency. A clipped value passes no gradient.
 *
 * State, with N windows in all: `{ c [B, H], h [B, H] }` N times, TensorFlow's `state_fKK_bBB_c` and `state_fKK_bBB_m` in its order: the windows of block 0,
 * then those of block 1. Output: `[B, 2NH]`, m'_0, mf_0, m'_1, mf_1, … With `stateIsTuple: false` the state is one tensor, and each block starts from
 * the pairs at its beginning, those of block 0, as in TensorFlow; with one block there is no difference.
 *
 * Weights, block after block: `W_f_b_0 [F + 2H, 4H]` (or its rows in `numUnitShards` parts, `W_f_b_0`, `W_f_b_1`, …), `B_f_b [4H]`, unless shared `W_t_b_0`
 * and `B_t_b`, with peepholes `W_F_diag_freqf_b`, `W_F_diag_freqt_b`, `W_I_…`, `W_O_…` and unless shared those of time, each `[H]`; coupled gates have
 * `3H` for `4H`, and no `W_F_…`. Throws `ArgumentError` for sizes, clips and numbers that are none, windows that do not fit what
 * `numFrequencyBlocks` tells, and more shards than rows.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { GridLSTMCell } from '@rnn/cells';
 * import { ones } from '@tensorflow/tfjs-core';
 *
 * // Windows of 4 of 10 inputs, each 2 further: inputs 0 to 4, 2 to 6, 4 to 8 and 6 to 10.
 * const cell = new GridLSTMCell(8, { numFrequencyBlocks: [4], featureSize: 4, frequencySkip: 2 });
 * const [output, state] = cell.call(ones([3, 10]), cell.zeroState(3));
 * console.log(output.shape, state.length, state[0]?.c.shape); // [ 3, 64 ] 4 [ 3, 8 ]
 * ```
 */
export class GridLSTMCell<IsTuple extends boolean = true> extends BaseGridLSTMCell<GridLSTMState<IsTuple>> {
  readonly stateSize: GridLSTMStateSize<IsTuple>;
  readonly outputSize: number;
  readonly stateIsTuple: boolean;

  constructor(numUnits: number, options: GridLSTMCellOptions<IsTuple>) {
    super(numUnits, 'grid_lstm_cell', options);
    checkFlags('GridLSTMCell', options, 'stateIsTuple');
    const parts = this.walkSize();
    this.stateIsTuple = options.stateIsTuple ?? true;
    this.outputSize = 2 * parts.length * numUnits;
    this.stateSize = (this.stateIsTuple ? parts : this.outputSize) as GridLSTMStateSize<IsTuple>;
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number): Record<string, WeightDeclaration> {
    return this.declareWalk(inputSize, '');
  }

  protected step(x: Tensor2D, given: GridLSTMState<IsTuple>): [Tensor2D, GridLSTMState<IsTuple>] {
    const joined = this.stateIsTuple ? undefined : splitState<LSTMStateTuple[]>(given as Tensor2D, this.walkSize());
    const before = joined
      ? this.numFrequencyBlocks.map(() => joined)
      : this.byBlock(given as readonly LSTMStateTuple[]);
    const { outputs, state } = this.walk(cutWindows(x, this), before, '');
    return [concat(outputs, 1), (this.stateIsTuple ? state : joinState(state)) as GridLSTMState<IsTuple>];
  }
}
