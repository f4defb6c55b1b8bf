import { mul, Tensor, type Tensor2D, tensor } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import type { BuildContext, RNNCell, SequenceOptions } from '../cell';
import { cellForPass } from '../cell-for-pass';
import { checkOptions } from '../check-options';
import { checkFlags, checkFunction, checkShare, describeValue } from '../checks';
import { MaskSource } from '../mask-source';
import { describeState, isLstm, LSTMStateTuple, type State } from '../state';
import type { SizeOf } from '../tensor-shape';
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
  /**
   * One mask for all steps of a sequence (Gal & Ghahramani 2016, https://arxiv.org/abs/1512.05287) and, as in TensorFlow, for all rows of the
   * batch. Default: a new mask for each step and row.
   */
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
 * Dropout is for training: with `training: false` a runner, or `forSequence`, runs the cell itself. Throws `ArgumentError` for shares, flags,
 * seeds and filters that are none.
 */
export class DropoutWrapper<
  S extends State,
  I extends Tensor = Tensor2D,
  O extends Tensor = Tensor2D,
> extends CellWrapper<S, I, O> {
  readonly #options: DropoutWrapperOptions;
  readonly #masks: MaskSource;

  constructor(cell: RNNCell<S, I, O>, options: DropoutWrapperOptions = {}) {
    super(cell);
    checkOptions('DropoutWrapper', options);
    checkFlags('DropoutWrapper', options, 'variationalRecurrent');
    const { dropoutStateFilterVisitor = allButC, seed } = options;
    for (const name of ['inputKeepProb', 'outputKeepProb', 'stateKeepProb'] as const) {
      checkShare('DropoutWrapper', name, options[name] ?? 1);
    }
    checkFunction('DropoutWrapper', 'dropoutStateFilterVisitor', dropoutStateFilterVisitor);
    this.#options = options;
    this.#masks = new MaskSource('dropout', seed);
  }

  override build(inputSize: SizeOf<I>, context: BuildContext = {}): void {
    super.build(inputSize, context);
    this.#masks.follow(context);
  }

  protected step(inputs: I, state: S, cell: RNNCell<S, I, O>): [O, S] {
    return this.#step(inputs, state, cell, this.#draw);
  }

  override forSequence(batchSize: number, inputSize: SizeOf<I>, options?: SequenceOptions): RNNCell<S, I, O> {
    const cell = this.drawnCell(batchSize, inputSize, options);
    if (options?.training === false) return cell;
    const draw = this.#options.variationalRecurrent ? once(this.#draw) : this.#draw;
    return cellForPass<S, I, O>(this, (x, state) => this.checkedStep(x, () => this.#step(x, state, cell, draw)));
  }

  #keepProb(place: Place): number {
    return this.#options[`${place}KeepProb`] ?? 1;
  }

  readonly #draw: Draw = (shape, place, part) => this.#masks.draw(`${place}_${part}`, shape, this.#keepProb(place));

  #step(inputs: I, state: S, cell: RNNCell<S, I, O>, draw: Draw): [O, S] {
    const { dropoutStateFilterVisitor = allButC, variationalRecurrent } = this.#options;
    const drop = <T extends Tensor>(x: T, place: Place, part = 0): T => {
      if (this.#keepProb(place) === 1) return x;
      const shape = variationalRecurrent ? [1, ...x.shape.slice(1)] : x.shape;
      return mul<T>(x, tensor(draw(shape, place, part), shape));
    };
    const [output, newState] = cell.call(drop(inputs, 'input'), state);
    const dropped = drop(output, 'output');
    if (this.#keepProb('state') === 1) return [dropped, newState];
    return [dropped, dropState(newState, dropoutStateFilterVisitor, (part, k) => drop(part, 'state', k))];
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

/** Applies `drop` to the tensors of a state that `filter` lets through; all tensors are numbered, from 0. */
function dropState<S extends State>(
  state: S,
  filter: DropoutStateFilter,
  drop: (part: Tensor, index: number) => Tensor,
): S {
  let index = 0;
  const visit = (part: State, isLetThrough: boolean): State => {
    const answer = isLetThrough && answerOf(filter, part);
    if (part instanceof Tensor) {
      const k = index++;
      return answer === false ? part : drop(part, k);
    }
    const answers = typeof answer === 'boolean' ? undefined : branches<boolean>(answer);
    const next = branches<State>(part).map((branch, k) => visit(branch, answers?.[k] ?? answer === true));
    return isLstm(part) ? new LSTMStateTuple(...(next as [Tensor, Tensor])) : next;
  };
  return visit(state, true) as S;
}

const branches = <T>(pair: LSTMStateTuple<T> | readonly T[]): readonly T[] => (isLstm(pair) ? [pair.c, pair.h] : pair);

/** What `filter` says of a part. Throws unless that is a boolean, or one for each branch of the part. */
function answerOf(filter: DropoutStateFilter, part: State): ReturnType<DropoutStateFilter> {
  const answer: unknown = filter(part);
  if (typeof answer === 'boolean') return answer;
  if (!(part instanceof Tensor) && typeof answer === 'object' && answer !== null && isLstm(answer) === isLstm(part)) {
    const answers = branches(answer as LSTMStateTuple<unknown> | readonly unknown[]);
    if (answers.length === branches<State>(part).length && answers.every((each) => typeof each === 'boolean'))
      return answer as ReturnType<DropoutStateFilter>;
  }
  const choice = part instanceof Tensor ? 'true or false' : 'true, false or one of them for each part';
  const expected = `dropoutStateFilterVisitor to return ${choice} of ${describeState(part)}`;
  throw new ArgumentError('DropoutWrapper.call', expected, describeValue(answer));
}
