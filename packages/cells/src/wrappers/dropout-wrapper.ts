import { mul, type Tensor, type Tensor2D, tensor } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import type { RNNCell } from '../cell';
import { Random } from '../random';
import { flattenState, LSTMStateTuple, type State, unflattenState } from '../state';
import { tidyState } from '../tidy-state';
import { CellWrapper } from './cell-wrapper';

export interface DropoutWrapperOptions {
  /** The share of the inputs that is kept, in (0, 1]. Default: 1. */
  inputKeepProb?: number;
  /** The share of the output that is kept, in (0, 1]. Default: 1. */
  outputKeepProb?: number;
  /** The share of the new state that is kept, in (0, 1]; an LSTM's c is never dropped. Default: 1. */
  stateKeepProb?: number;
  /** One mask for all steps of a sequence (Gal & Ghahramani 2016, https://arxiv.org/abs/1512.05287). Default: a new mask each step. */
  variationalRecurrent?: boolean;
  /** The masks follow from it, the same on every backend. Default: a random one. */
  seed?: number;
}

type Place = 'input' | 'output' | 'state';
type Mask = (x: Tensor, place: Place, part: number) => Tensor;

/**
 * Drops parts of a cell's inputs, output and state, and scales what is kept by 1 / keepProb (Zaremba et al. 2014,
 * https://arxiv.org/abs/1409.2329).
 *
 *     y, s = cell(drop(x, inputKeepProb), state);   output = drop(y, outputKeepProb);   state' = drop(s, stateKeepProb)
 *
 * Masks are drawn on the host from a seeded generator. With `variationalRecurrent`, runners draw them once a sequence.
 */
export class DropoutWrapper<S extends State> extends CellWrapper<S> {
  readonly #options: DropoutWrapperOptions;
  readonly #random: Random;

  constructor(cell: RNNCell<S>, options: DropoutWrapperOptions = {}) {
    super(cell);
    for (const name of ['inputKeepProb', 'outputKeepProb', 'stateKeepProb'] as const) {
      const value = options[name] ?? 1;
      if (!(value > 0 && value <= 1))
        throw new ArgumentError('DropoutWrapper', `${name} to be above 0 and at most 1`, `${value}`);
    }
    this.#options = options;
    this.#random = new Random(options.seed, 'dropout');
  }

  override call(inputs: Tensor2D, state: S): [Tensor2D, S] {
    return this.#step(this.cell, inputs, state, (x, place) => this.#draw(x.shape, place));
  }

  forSequence(batchSize: number, inputSize: number): RNNCell<S> {
    const cell = this.cell.forSequence?.(batchSize, inputSize) ?? this.cell;
    if (!this.#options.variationalRecurrent) {
      return {
        ...sizes(this),
        call: (x, state) => this.#step(cell, x, state, (t, place) => this.#draw(t.shape, place)),
      };
    }
    const masks = new Map<string, Tensor>();
    const once: Mask = (x, place, part) => {
      const key = `${place}/${part}`;
      const mask = masks.get(key) ?? this.#draw(x.shape, place);
      masks.set(key, mask);
      return mask;
    };
    return { ...sizes(this), call: (x, state) => this.#step(cell, x, state, once) };
  }

  #keepProb(place: Place): number {
    return this.#options[`${place}KeepProb`] ?? 1;
  }

  /** A mask of 0 and 1 / keepProb. */
  #draw(shape: number[], place: Place): Tensor {
    const keep = this.#keepProb(place);
    const size = shape.reduce((product, n) => product * n, 1);
    return tensor(
      Float32Array.from({ length: size }, () => (this.#random.uniform() < keep ? 1 / keep : 0)),
      shape,
    );
  }

  #step(cell: RNNCell<S>, inputs: Tensor2D, state: S, mask: Mask): [Tensor2D, S] {
    const drop = <T extends Tensor>(x: T, place: Place, part = 0): T =>
      this.#keepProb(place) === 1 ? x : mul<T>(x, mask(x, place, part));
    return tidyState(() => {
      const [output, newState] = cell.call(drop(inputs, 'input'), state);
      return [drop(output, 'output'), dropState(newState, (part, k) => drop(part, 'state', k))];
    });
  }
}

const sizes = ({ stateSize, outputSize }: RNNCell): Pick<RNNCell, 'stateSize' | 'outputSize'> => ({
  stateSize,
  outputSize,
});

/** Applies `drop` to every tensor of a state but the c of an LSTM. */
function dropState<S extends State>(state: S, drop: (part: Tensor, index: number) => Tensor): S {
  const kept = new Set<Tensor>();
  const findCells = (node: State): void => {
    if (Array.isArray(node)) for (const part of node) findCells(part);
    else if (node instanceof LSTMStateTuple) kept.add(node.c);
  };
  findCells(state);
  return unflattenState(
    state,
    flattenState(state).map((part, k) => (kept.has(part) ? part : drop(part, k))),
  );
}
