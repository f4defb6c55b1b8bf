import { mul, Tensor, type Tensor2D, tensor } from '@tensorflow/tfjs-core';
import { type BuildContext, type RNNCell, scoped } from '../cell';
import { checkInputs, checkKeepProb } from '../checks';
import { dropoutMask } from '../dropout-mask';
import { Random } from '../random';
import { isLstm, LSTMStateTuple, type State } from '../state';
import type { SizeOf } from '../tensor-shape';
import { tidyState } from '../tidy-state';
import { CellWrapper } from './cell-wrapper';

/**
 * Says of a state, or of any part of one, whether it may be dropped: true or false for all of it, or one answer for each of its parts.
 * Asked again about each part that is not ruled out, down to the tensors.
 */
export type DropoutStateFilter = (part: State) => boolean | LSTMStateTuple<boolean> | readonly boolean[];

export interface DropoutWrapperOptions {
  /** The share of the inputs that is kept, in (0, 1]. Default: 1. */
  inputKeepProb?: number;
  /** The share of the output that is kept, in (0, 1]. Default: 1. */
  outputKeepProb?: number;
  /** The share of the new state that is kept, in (0, 1]. Default: 1. */
  stateKeepProb?: number;
  /** Which parts of the new state `stateKeepProb` is for. Default: all but the c of an LSTM. */
  dropoutStateFilterVisitor?: DropoutStateFilter;
  /** One mask for all steps of a sequence (Gal & Ghahramani 2016, https://arxiv.org/abs/1512.05287). Default: a new mask each step. */
  variationalRecurrent?: boolean;
  /** The masks follow from it, the same on every backend. Default: that of the store it is built in, or a random one. */
  seed?: number;
}

type Place = 'input' | 'output' | 'state';
/** The factors for a tensor of this shape, row-major: 0, or 1 / keepProb. */
type Draw = (shape: readonly number[], place: Place, part: number) => Float32Array;

/**
 * Drops parts of a cell's inputs, output and state, and scales what is kept by 1 / keepProb (Zaremba et al. 2014,
 * https://arxiv.org/abs/1409.2329).
 *
 *     y, s = cell(drop(x, inputKeepProb), state);   output = drop(y, outputKeepProb);   state' = drop(s, stateKeepProb)
 *
 * Masks are drawn on the host from a seeded generator, new ones at every call; with `variationalRecurrent` a runner draws them once a sequence.
 * Dropout is for training: to evaluate, run the cell itself, which holds the same weights.
 */
export class DropoutWrapper<
  S extends State,
  I extends Tensor = Tensor2D,
  O extends Tensor = Tensor2D,
> extends CellWrapper<S, I, O> {
  readonly #options: DropoutWrapperOptions;
  #random: Random;

  constructor(cell: RNNCell<S, I, O>, options: DropoutWrapperOptions = {}) {
    super(cell);
    for (const name of ['inputKeepProb', 'outputKeepProb', 'stateKeepProb'] as const) {
      checkKeepProb('DropoutWrapper', name, options[name] ?? 1);
    }
    this.#options = options;
    this.#random = new Random(options.seed, 'dropout');
  }

  override build(inputSize: SizeOf<I>, context: BuildContext = {}): void {
    super.build(inputSize, context);
    const { store, scope } = context;
    if (this.#options.seed !== undefined || store === undefined) return;
    this.#random = new Random(store.seed, scoped(scope, 'dropout'));
  }

  override call(inputs: I, state: S): [O, S] {
    checkInputs('DropoutWrapper.call', inputs, this.inputShape);
    return this.#step(this.cell, inputs, state, this.#draw);
  }

  forSequence(batchSize: number, inputSize: SizeOf<I>): RNNCell<S, I, O> {
    const cell = this.cell.forSequence?.(batchSize, inputSize) ?? this.cell;
    const draw = this.#options.variationalRecurrent ? once(this.#draw) : this.#draw;
    const { stateSize, outputSize, inputShape } = this;
    return { stateSize, outputSize, inputShape, call: (x, state) => this.#step(cell, x, state, draw) };
  }

  #keepProb(place: Place): number {
    return this.#options[`${place}KeepProb`] ?? 1;
  }

  readonly #draw: Draw = (shape, place) => dropoutMask(shape, this.#keepProb(place), this.#random);

  #step(cell: RNNCell<S, I, O>, inputs: I, state: S, draw: Draw): [O, S] {
    const drop = <T extends Tensor>(x: T, place: Place, part = 0): T =>
      this.#keepProb(place) === 1 ? x : mul<T>(x, tensor(draw(x.shape, place, part), x.shape));
    const filter = this.#options.dropoutStateFilterVisitor ?? allButC;
    return tidyState(() => {
      const [output, newState] = cell.call(drop(inputs, 'input'), state);
      return [drop(output, 'output'), dropState(newState, filter, (part, k) => drop(part, 'state', k))];
    });
  }
}

/** Draws each mask at its first use. They stay on the host, since a tensor would outlive the step that made it. */
function once(draw: Draw): Draw {
  const drawn = new Map<string, Float32Array>();
  return (shape, place, part) => {
    const key = `${place}/${part}`;
    const mask = drawn.get(key) ?? draw(shape, place, part);
    drawn.set(key, mask);
    return mask;
  };
}

const allButC: DropoutStateFilter = (part) => (isLstm(part) ? new LSTMStateTuple(false, true) : true);

/** Applies `drop` to the tensors of a state that `filter` lets through, numbered from 0. */
function dropState<S extends State>(
  state: S,
  filter: DropoutStateFilter,
  drop: (part: Tensor, index: number) => Tensor,
): S {
  let index = 0;
  const visit = (part: State, ruledOut = false): State => {
    const answer = !ruledOut && filter(part);
    if (answer === false) return part;
    if (part instanceof Tensor) return drop(part, index++);
    if (isLstm(part)) {
      const { c, h } = answer === true ? new LSTMStateTuple(true, true) : (answer as LSTMStateTuple<boolean>);
      return new LSTMStateTuple(visit(part.c, !c) as Tensor, visit(part.h, !h) as Tensor);
    }
    return part.map((branch, k) => visit(branch, answer !== true && !(answer as readonly boolean[])[k]));
  };
  return visit(state) as S;
}
