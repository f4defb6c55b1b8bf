import { add, mul, sub, type Tensor, type Tensor2D, tensor } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import type { BuildContext, RNNCell, SequenceOptions } from '../cell';
import { cellForPass } from '../cell-for-pass';
import { checkOptions } from '../check-options';
import { checkProbability } from '../checks';
import { MaskSource } from '../mask-source';
import { flattenState, isLstm, type State, type StateSize, unflattenState } from '../state';
import type { SizeOf } from '../tensor-shape';
import { CellWrapper } from './cell-wrapper';

export interface ZoneoutWrapperOptions {
  /** The probability that a unit of an LSTM's c keeps its old value, from 0 to 1. Default: 0. */
  zoneoutCell?: number;
  /** The same of an LSTM's h. Default: 0. */
  zoneoutOutput?: number;
  /** The same of a state, or of a part of one, that is no LSTM's. Default: 0. */
  zoneout?: number;
  /** The masks follow from it, the same on every backend. Default: that of the store it is built in, or a random one. */
  seed?: number;
}

/** A part of a state after a step, from the part before and the cell's new one; `k` is its number. */
type Mix = (before: Tensor, next: Tensor, probability: number, k: number) => Tensor;

/**
 * Lets each unit of a state keep its old value with a probability p, at every step and in every row anew (Krueger et al. 2016,
 * https://arxiv.org/abs/1606.01305; TensorFlow's core has none).
 *
 *     y, ŝ = cell(x, s)
 *     s' = m ⊙ s + (1 - m) ⊙ ŝ,   m = 1 with probability p, otherwise 0        in training
 *     s' = p · s + (1 - p) · ŝ                                               with `training: false`: the expectation
 *
 * The output is the new part of the state where the cell's own output is the very tensor that its state holds, as that of every LSTM and GRU here;
 * otherwise it is y. In the paper p is 0.5 for c and 0.05 for h in most experiments. Masks are drawn as by `DropoutWrapper`. Throws
 * `ArgumentError` for what is no probability or seed, for a probability above 0 of what the cell's state has not, and for a cell with
 * `stateIsTuple: false`, in whose state c cannot be told from h.
 */
export class ZoneoutWrapper<
  S extends State,
  I extends Tensor = Tensor2D,
  O extends Tensor = Tensor2D,
> extends CellWrapper<S, I, O> {
  readonly #options: ZoneoutWrapperOptions;
  readonly #masks: MaskSource;

  constructor(cell: RNNCell<S, I, O>, options: ZoneoutWrapperOptions = {}) {
    super(cell);
    checkOptions('ZoneoutWrapper', options);
    for (const name of ['zoneoutCell', 'zoneoutOutput', 'zoneout'] as const) {
      checkProbability('ZoneoutWrapper', name, options[name] ?? 0);
    }
    if ((cell as { stateIsTuple?: boolean }).stateIsTuple === false) {
      const remedy = 'Leave stateIsTuple: false out of the cell.';
      throw new ArgumentError('ZoneoutWrapper', 'a cell whose state is in parts', 'one joined tensor', remedy);
    }
    checkParts(cell.stateSize, options);
    this.#options = options;
    this.#masks = new MaskSource('zoneout', options.seed);
  }

  override build(inputSize: SizeOf<I>, context: BuildContext = {}): void {
    super.build(inputSize, context);
    this.#masks.follow(context);
  }

  protected step(inputs: I, state: S, cell: RNNCell<S, I, O>): [O, S] {
    return this.#step(inputs, state, cell, (before, next, probability, k) => {
      const mask = tensor(this.#masks.draw(`state_${k}`, next.shape, probability, 1), next.shape);
      return add(mul(mask, before), mul(sub(1, mask), next));
    });
  }

  override forSequence(batchSize: number, inputSize: SizeOf<I>, options?: SequenceOptions): RNNCell<S, I, O> {
    if (options?.training !== false) return super.forSequence(batchSize, inputSize, options);
    const cell = this.drawnCell(batchSize, inputSize, options);
    const mean: Mix = (before, next, probability) => add(mul(before, probability), mul(next, 1 - probability));
    return cellForPass<S, I, O>(this, (x, state) => this.checkedStep(x, () => this.#step(x, state, cell, mean)));
  }

  #step(inputs: I, state: S, cell: RNNCell<S, I, O>, mix: Mix): [O, S] {
    const [output, newState] = cell.call(inputs, state);
    const [before, next, probabilities] = [flattenState(state), flattenState(newState), this.#probabilities(newState)];
    const mixed = next.map((part, k) => {
      const probability = probabilities[k] as number;
      return probability === 0 ? part : mix(before[k] as Tensor, part, probability, k);
    });
    return [(mixed[next.indexOf(output)] ?? output) as O, unflattenState(newState, mixed)];
  }

  /** One for each tensor of a state, in the order of `flattenState`. */
  #probabilities(state: State): number[] {
    const { zoneoutCell = 0, zoneoutOutput = 0, zoneout = 0 } = this.#options;
    if (isLstm(state)) return [zoneoutCell, zoneoutOutput];
    return Array.isArray(state) ? state.flatMap((part) => this.#probabilities(part)) : [zoneout];
  }
}

/** Throws for a probability above 0 where no part of the state is of its kind. */
function checkParts(size: StateSize, { zoneoutCell = 0, zoneoutOutput = 0, zoneout = 0 }: ZoneoutWrapperOptions): void {
  const parts = partsOf(size);
  const check = (probabilities: Record<string, number>, isOfKind: boolean, kind: string, remedy: string): void => {
    const [name, value] = Object.entries(probabilities).find(([, probability]) => probability > 0) ?? [];
    if (name === undefined || isOfKind) return;
    throw new ArgumentError('ZoneoutWrapper', `${name} to be 0 for a state without ${kind}`, `${value}`, remedy);
  };
  check({ zoneoutCell, zoneoutOutput }, parts.some(isLstm), "an LSTM's c and h", 'Pass zoneout.');
  const isOther = parts.some((part) => !isLstm(part));
  check({ zoneout }, isOther, "parts other than an LSTM's", 'Pass zoneoutCell and zoneoutOutput.');
}

/** The pairs and the other tensors of a state, by their sizes. */
const partsOf = (size: StateSize): StateSize[] => (Array.isArray(size) ? size.flatMap(partsOf) : [size]);
