import {
  add,
  clone,
  concat,
  customGrad,
  div,
  floor,
  matMul,
  mul,
  sigmoid,
  split,
  step,
  sub,
  type Tensor2D,
  tanh,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import { checkFinite, checkFlags, checkShare, checkThat } from '../checks';
import { type LayerOptions, LayerRNNCell, type WeightDeclaration } from '../layer-rnn-cell';
import { LSTMStateTuple } from '../state';
import { constant, type Initializer, zeros } from '../weights/initializers';

export interface PhasedLSTMCellOptions extends LayerOptions {
  /** Whether the gates see the cell as well. Default: false. */
  usePeepholes?: boolean;
  /** How much a closed unit lets through, as a factor of the share of the cycle that is over. Default: 0.001. */
  leak?: number;
  /** The share of its cycle for which a unit is open, at first. Default: 0.1. */
  ratioOn?: number;
  /** Whether that share is trained. Default: true. */
  trainableRatioOn?: boolean;
  /** The lengths of the cycles are drawn between these two at first, their logarithms uniformly. Default: 1. */
  periodInitMin?: number;
  /** Default: 1000. */
  periodInitMax?: number;
}

type PhasedWeight =
  | `${'mask_gates' | 'new_input' | 'output_gate'}/${'kernel' | 'bias'}`
  | 'period'
  | 'phase'
  | 'ratio_on';

/**
 * Phased LSTM (Neil et al. 2016, https://arxiv.org/abs/1610.09513): each unit opens for a part of a cycle of its own, and otherwise keeps its state,
 * for inputs that come at uneven times.
 *
 *     i, f = split(σ([x, h (, c)] · mask_gates/kernel + mask_gates/bias), 2)         with peepholes, what is in brackets
 *     c̃ = c ⊙ f + i ⊙ tanh([x, h] · new_input/kernel + new_input/bias)
 *     h̃ = tanh(c̃) ⊙ σ([x, h (, c̃)] · output_gate/kernel + output_gate/bias)
 *     φ = ((time - phase) mod period) / period                                       r = ratio_on
 *     k = 2φ / r where φ < r / 2;   2 - 2φ / r where φ < r;   leak φ otherwise
 *     c' = k ⊙ c̃ + (1 - k) ⊙ c;   h' = k ⊙ h̃ + (1 - k) ⊙ h
 *
 * Inputs: `[B, 1 + D]`, the time in the first column, where TensorFlow takes a pair: so every runner can give them. As in TensorFlow the modulo passes
 * the gradient of the time as it is and none to the period, whose gradient is that of the division alone. Times are float32: from 2²⁴ on they
 * no longer tell one from the next. State: `{ c, h }`, each `[B, H]`; the output is h'. Weights: `mask_gates/kernel [D + H (+ H), 2H]`, `mask_gates/bias [2H]`,
 * `new_input/kernel [D + H, H]`, `new_input/bias [H]`, `output_gate/kernel [D + H (+ H), H]`, `output_gate/bias [H]`, `period`, `phase`, `ratio_on`, each `[H]`.
 */
export class PhasedLSTMCell extends LayerRNNCell<LSTMStateTuple, PhasedWeight> {
  readonly stateSize: LSTMStateTuple<number>;
  readonly outputSize: number;
  readonly usePeepholes: boolean;
  readonly leak: number;
  readonly ratioOn: number;
  readonly trainableRatioOn: boolean;
  readonly periodInitMin: number;
  readonly periodInitMax: number;

  constructor(numUnits: number, options: PhasedLSTMCellOptions = {}) {
    super(numUnits, 'phased_lstm_cell', options);
    checkFlags('PhasedLSTMCell', options, 'usePeepholes', 'trainableRatioOn');
    const { usePeepholes = false, leak = 0.001, ratioOn = 0.1, trainableRatioOn = true } = options;
    const { periodInitMin = 1, periodInitMax = 1000 } = options;
    checkFinite('PhasedLSTMCell', 'leak', leak);
    checkShare('PhasedLSTMCell', 'ratioOn', ratioOn);
    checkFinite('PhasedLSTMCell', 'periodInitMax', periodInitMax);
    const expected = `periodInitMin to be above 0 and at most periodInitMax, ${periodInitMax}`;
    checkThat(periodInitMin > 0 && periodInitMin <= periodInitMax, 'PhasedLSTMCell', expected, periodInitMin);
    this.stateSize = new LSTMStateTuple(numUnits, numUnits);
    this.outputSize = numUnits;
    this.usePeepholes = usePeepholes;
    this.leak = leak;
    this.ratioOn = ratioOn;
    this.trainableRatioOn = trainableRatioOn;
    this.periodInitMin = periodInitMin;
    this.periodInitMax = periodInitMax;
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number): Record<PhasedWeight, WeightDeclaration> {
    if (inputSize < 2) {
      const expected = 'inputSize of at least 2, the time and what came then';
      throw new ArgumentError('PhasedLSTMCell.build', expected, `${inputSize}`);
    }
    const H = this.numUnits;
    const joined = inputSize - 1 + H;
    const gates = joined + (this.usePeepholes ? H : 0);
    const [shortest, longest] = [Math.log(this.periodInitMin), Math.log(this.periodInitMax)];
    let periods = new Float32Array();
    const drawPeriods: Initializer = (shape, random) => {
      periods = Float32Array.from({ length: shape[0] as number }, () => Math.exp(random.uniform(shortest, longest)));
      return periods;
    };
    return {
      'mask_gates/kernel': { shape: [gates, 2 * H] },
      'mask_gates/bias': { shape: [2 * H], initializer: zeros() },
      'new_input/kernel': { shape: [joined, H] },
      'new_input/bias': { shape: [H], initializer: zeros() },
      'output_gate/kernel': { shape: [gates, H] },
      'output_gate/bias': { shape: [H], initializer: zeros() },
      period: { shape: [H], initializer: drawPeriods },
      phase: { shape: [H], initializer: (_, random) => periods.map((period) => random.uniform(0, period)) },
      ratio_on: { shape: [H], initializer: constant(this.ratioOn), trainable: this.trainableRatioOn },
    };
  }

  protected step(inputs: Tensor2D, { c, h }: LSTMStateTuple): [Tensor2D, LSTMStateTuple] {
    const layer = (parts: Tensor2D[], name: 'mask_gates' | 'new_input' | 'output_gate') =>
      add<Tensor2D>(matMul(concat(parts, 1), this.weight(`${name}/kernel`)), this.weight(`${name}/bias`));
    const peep = (cell: Tensor2D): Tensor2D[] => (this.usePeepholes ? [cell] : []);
    const [time, x] = split(inputs, [1, inputs.shape[1] - 1], 1) as [Tensor2D, Tensor2D];
    const [i, f] = split(sigmoid(layer([x, h, ...peep(c)], 'mask_gates')), 2, 1) as [Tensor2D, Tensor2D];
    const openC = add<Tensor2D>(mul(c, f), mul(i, tanh(layer([x, h], 'new_input'))));
    const openH = mul<Tensor2D>(tanh(openC), sigmoid(layer([x, h, ...peep(openC)], 'output_gate')));
    const k = this.#openness(time);
    const mix = (open: Tensor2D, old: Tensor2D): Tensor2D => add(mul(k, open), mul(sub(1, k), old));
    const next = new LSTMStateTuple(mix(openC, c), mix(openH, h));
    return [next.h, next];
  }

  /** k `[B, H]`, how far each unit is open at `time [B, 1]`. */
  #openness(time: Tensor2D): Tensor2D {
    const [period, ratio] = [this.weight('period'), this.weight('ratio_on')];
    const since = sub<Tensor2D>(time, this.weight('phase'));
    const whole = withoutGradient(mul<Tensor2D>(floor(div(since, period)), period));
    const cycle = div<Tensor2D>(sub(since, whole), period);
    const rise = div<Tensor2D>(mul(2, cycle), ratio);
    // Products with 0 and 1 in place of comparisons, which TensorFlow.js cannot differentiate past.
    const rising = step(sub<Tensor2D>(mul(0.5, ratio), cycle));
    const open = step(sub<Tensor2D>(ratio, cycle));
    const opened = add(mul(rising, rise), mul(sub(open, rising), sub(2, rise)));
    return add(opened, mul(sub(1, open), mul(this.leak, cycle)));
  }
}

/** The value alone: no gradient passes. */
const withoutGradient = (x: Tensor2D): Tensor2D =>
  customGrad(() => ({ value: clone(x), gradFunc: (dy: Tensor2D) => zerosLike(dy) }))(x);
