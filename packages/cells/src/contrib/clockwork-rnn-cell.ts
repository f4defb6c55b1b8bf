import { add, concat, div, floor, matMul, mul, step, sub, type Tensor2D, tensor } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { ArgumentError } from '../argument-error';
import { checkCount, checkThat } from '../checks';
import { type LayerOptions, LayerRNNCell } from '../layer-rnn-cell';
import { type Initializer, zeros } from '../weights/initializers';

export interface ClockworkRNNCellOptions extends LayerOptions {
  /** How many steps apart each module runs, each longer than the one before. H must be a multiple of their number. */
  periods: readonly number[];
  /** The number of the first step of a sequence, which the paper leaves open: with 0 every module runs at it. Default: 0. */
  firstStep?: number;
  /** Default: tanh. */
  activation?: Activation;
  /** Of both kernels. Default: Glorot's uniform one. */
  initializer?: Initializer;
}

/** The units `h [B, H]`, and `t [B, 1]`, how many steps each row has run. */
export type ClockworkState = readonly [h: Tensor2D, t: Tensor2D];

/**
 * Clockwork RNN (Koutník et al. 2014, https://arxiv.org/abs/1402.3511): modules of units that run at every step, at every second, at every fourth.
 *
 *     h' = act(x · kernel + h · (recurrent_kernel ⊙ mask) + bias)      in modules whose period divides t + firstStep
 *     h' = h                                                           in the others
 *     t' = t + 1
 *
 * `mask[from, to]` is 1 where the period of unit `from` is at least that of unit `to`: a module hears itself and slower ones; masked weights
 * have a gradient of 0. TensorFlow has no such cell. State: `[h [B, H], t [B, 1]]`: the count is part of it, so that a sequence in chunks is the
 * whole, and rows of different lengths keep their own; output: h' `[B, H]`. Weights: `kernel [D, H]`, `recurrent_kernel [H, H]`, `bias [H]`.
 */
export class ClockworkRNNCell extends LayerRNNCell<ClockworkState, 'kernel' | 'recurrent_kernel' | 'bias'> {
  readonly stateSize: readonly [number, number];
  readonly outputSize: number;
  readonly periods: readonly number[];
  readonly firstStep: number;
  readonly activation: Activation;
  readonly #initializer: Initializer | undefined;

  constructor(numUnits: number, options: ClockworkRNNCellOptions) {
    super(numUnits, 'clockwork_rnn_cell', options);
    const { periods, firstStep = 0, activation = 'tanh' } = options;
    checkPeriods(periods);
    if (numUnits % periods.length !== 0) {
      const expected = `numUnits to be a multiple of the number of periods, ${periods.length}`;
      throw new ArgumentError('ClockworkRNNCell', expected, `${numUnits}`);
    }
    const isStep = Number.isInteger(firstStep) && firstStep >= 0;
    checkThat(isStep, 'ClockworkRNNCell', 'firstStep to be a whole number', firstStep);
    this.stateSize = [numUnits, 1];
    this.outputSize = numUnits;
    this.periods = periods;
    this.firstStep = firstStep;
    this.activation = namedActivation('ClockworkRNNCell', activation);
    this.#initializer = options.initializer;
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number) {
    const H = this.numUnits;
    const initializer = this.#initializer && { initializer: this.#initializer };
    return {
      kernel: { shape: [inputSize, H], ...initializer },
      recurrent_kernel: { shape: [H, H], ...initializer },
      bias: { shape: [H], initializer: zeros() },
    };
  }

  protected step(x: Tensor2D, [h, t]: ClockworkState): [Tensor2D, ClockworkState] {
    const H = this.numUnits;
    /** The period of each unit, `[H]`. */
    const periods = this.periods.flatMap((period) => new Array<number>(H / this.periods.length).fill(period));
    const mask = tensor(
      periods.flatMap((from) => periods.map((to) => (from >= to ? 1 : 0))),
      [H, H],
    );
    const recurrent = mul<Tensor2D>(this.weight('recurrent_kernel'), mask);
    const heard = matMul(concat([x, h], 1), concat([this.weight('kernel'), recurrent], 0) as Tensor2D);
    const fresh = activationFunction(this.activation)(add<Tensor2D>(heard, this.weight('bias')));
    const turns = div<Tensor2D>(add(t, this.firstStep), tensor(periods, [1, H]));
    // 1 where a module rests, 0 where it runs; a comparison could not be differentiated past.
    const resting = step(sub<Tensor2D>(turns, floor(turns)));
    const next = add<Tensor2D>(mul(resting, h), mul(sub(1, resting), fresh));
    return [next, [next, add(t, 1)]];
  }
}

function checkPeriods(periods: readonly number[]): void {
  const isList = Array.isArray(periods) && periods.length > 0;
  checkThat(isList, 'ClockworkRNNCell', 'periods to be an array of at least one', periods);
  for (const [k, period] of periods.entries()) {
    checkCount('ClockworkRNNCell', `periods[${k}]`, period);
    if (k > 0 && period <= periods[k - 1])
      throw new ArgumentError('ClockworkRNNCell', 'periods each longer than the one before', `[${periods.join(', ')}]`);
  }
}
