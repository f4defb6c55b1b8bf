import {
  add,
  concat,
  matMul,
  mul,
  sigmoid,
  slice,
  split,
  type Tensor2D,
  tanh,
  type Variable,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import { checkClip, checkCount, checkFinite, checkFlags, checkInputs } from '../checks';
import { clip } from '../clip';
import { type LayerOptions, LayerRNNCell, type WeightDeclaration } from '../layer-rnn-cell';
import { tidyState } from '../tidy-state';
import { type Initializer, zeros } from '../weights/initializers';
import { declareShards, joinShards } from './shards';

export interface TimeFreqLSTMCellOptions extends LayerOptions {
  /** F, the width of a window of the inputs. */
  featureSize: number;
  /** How far one window begins after the one before. Default: 1. */
  frequencySkip?: number;
  /** Diagonal connections from the cell to the gates. Default: false. */
  usePeepholes?: boolean;
  /** Clips c' to ±cellClip before the output is computed. Default: none. */
  cellClip?: number;
  /** Of the kernel and the peepholes. Default: Glorot's uniform one. */
  initializer?: Initializer;
  /** In how many variables, by rows, `W` is stored. Default: 1. */
  numUnitShards?: number;
  /** Added to the forget gate at run time; not part of the `B` variable. Default: 1. */
  forgetBias?: number;
}

type TimeFreqWeight = `W_${number}` | 'B' | 'W_F_diag' | 'W_I_diag' | 'W_O_diag';

/**
 * Time-frequency LSTM (Sainath & Li 2016, https://doi.org/10.21437/Interspeech.2016-84): one LSTM walks over windows of the inputs (frequencies),
 * and at each hears itself at the window before and at the step before.
 *
 *     Q = ⌊(D - F) / frequencySkip⌋ + 1 windows;   for q = 0, 1, … Q - 1:
 *     i, j, f, o = split([window_q, m_q, m'_q₋₁] · W_0 + B, 4)                                      m'₋₁ = 0
 *     c'_q = clip(c_q ⊙ σ(f + forgetBias + W_F_diag ⊙ c_q) + σ(i + W_I_diag ⊙ c_q) ⊙ tanh(j), cellClip)
 *     m'_q = σ(o + W_O_diag ⊙ c'_q) ⊙ tanh(c'_q)
 *
 * State: `[B, 2QH]`, c₀, m₀, c₁, m₁, …; output: `[B, QH]`, m'₀, m'₁, …. Both follow from D, so a cell has them once it is built; until then
 * `stateSize` and `outputSize` throw. (TensorFlow declares 2H and H, and its cell runs in no runner unless Q is 1.) Weights: `W_0 [F + 2H, 4H]`,
 * `B [4H]`, with peepholes `W_F_diag`, `W_I_diag`, `W_O_diag`, each `[H]`. Several shards hold the rows of `W` in `W_0`, `W_1`, …
 */
export class TimeFreqLSTMCell extends LayerRNNCell<Tensor2D, TimeFreqWeight> {
  readonly featureSize: number;
  readonly frequencySkip: number;
  readonly usePeepholes: boolean;
  readonly cellClip: number | undefined;
  readonly numUnitShards: number;
  readonly forgetBias: number;
  readonly #initializer: Initializer | undefined;

  constructor(numUnits: number, options: TimeFreqLSTMCellOptions) {
    super(numUnits, 'time_freq_lstm_cell', options);
    checkFlags('TimeFreqLSTMCell', options, 'usePeepholes');
    const {
      featureSize,
      frequencySkip = 1,
      usePeepholes = false,
      cellClip,
      numUnitShards = 1,
      forgetBias = 1,
    } = options;
    checkCount('TimeFreqLSTMCell', 'featureSize', featureSize);
    checkCount('TimeFreqLSTMCell', 'frequencySkip', frequencySkip);
    checkClip('TimeFreqLSTMCell', 'cellClip', cellClip);
    checkCount('TimeFreqLSTMCell', 'numUnitShards', numUnitShards);
    checkFinite('TimeFreqLSTMCell', 'forgetBias', forgetBias);
    this.featureSize = featureSize;
    this.frequencySkip = frequencySkip;
    this.usePeepholes = usePeepholes;
    this.cellClip = cellClip;
    this.numUnitShards = numUnitShards;
    this.forgetBias = forgetBias;
    this.#initializer = options.initializer;
    this.buildIfSized(options);
  }

  get stateSize(): number {
    return 2 * this.#windows('stateSize') * this.numUnits;
  }

  get outputSize(): number {
    return this.#windows('outputSize') * this.numUnits;
  }

  /** Q. Throws while D is not known. */
  #windows(asked: string): number {
    if (this.inputSize === undefined) {
      const where = `TimeFreqLSTMCell.${asked}`;
      throw new ArgumentError(where, 'a cell whose inputs are known', 'one without', 'Pass inputSize, or call build.');
    }
    return Math.floor((this.inputSize - this.featureSize) / this.frequencySkip) + 1;
  }

  protected declareWeights(inputSize: number): Record<TimeFreqWeight, WeightDeclaration> {
    const { numUnits: H, featureSize: F } = this;
    if (inputSize < F)
      throw new ArgumentError('TimeFreqLSTMCell.build', `inputSize of at least featureSize, ${F}`, `${inputSize}`);
    const initializer = this.#initializer && { initializer: this.#initializer };
    const diagonal = { shape: [H], ...initializer };
    const shards = { count: this.numUnitShards, option: 'numUnitShards', ...initializer };
    return {
      ...declareShards('TimeFreqLSTMCell.build', 'W', [F + 2 * H, 4 * H], shards),
      B: { shape: [4 * H], initializer: zeros() },
      ...(this.usePeepholes && { W_F_diag: diagonal, W_I_diag: diagonal, W_O_diag: diagonal }),
    } as Record<TimeFreqWeight, WeightDeclaration>;
  }

  override call(inputs: Tensor2D, state: Tensor2D): [Tensor2D, Tensor2D] {
    checkInputs('TimeFreqLSTMCell.call', inputs, this.inputSize);
    return tidyState(() => {
      // Before the state is checked: how wide it must be follows from the inputs.
      this.build(inputs.shape[1]);
      return super.call(inputs, state);
    });
  }

  protected step(x: Tensor2D, state: Tensor2D): [Tensor2D, Tensor2D] {
    const parts = split(state, 2 * this.#windows('step'), 1) as Tensor2D[];
    const kernel = joinShards('W', this.numUnitShards, (name) => this.weight<Tensor2D & Variable>(name));
    const next: Tensor2D[] = [];
    let below = zerosLike(parts[1] as Tensor2D);
    for (let q = 0; 2 * q < parts.length; q++) {
      const window = slice(x, [0, q * this.frequencySkip], [-1, this.featureSize]);
      const [c, m] = this.#block([window, parts[2 * q + 1] as Tensor2D, below], kernel, parts[2 * q] as Tensor2D);
      next.push(c, m);
      below = m;
    }
    const outputs = next.filter((_, k) => k % 2 === 1);
    return [concat(outputs, 1), concat(next, 1)];
  }

  /** c' and m' of one window, which with m and the m' below makes up the inputs. */
  #block(inputs: Tensor2D[], kernel: Tensor2D, c: Tensor2D): [Tensor2D, Tensor2D] {
    const peep = (gate: Tensor2D, name: TimeFreqWeight, c: Tensor2D): Tensor2D =>
      sigmoid(this.usePeepholes ? add<Tensor2D>(gate, mul(c, this.weight(name))) : gate);
    const gates = add<Tensor2D>(matMul(concat(inputs, 1), kernel), this.weight('B'));
    const [i, j, f, o] = split(gates, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
    const kept = mul(peep(add(f, this.forgetBias), 'W_F_diag', c), c);
    const newC = clip(add(kept, mul(peep(i, 'W_I_diag', c), tanh(j))), this.cellClip);
    return [newC, mul(peep(o, 'W_O_diag', newC), tanh(newC))];
  }
}
