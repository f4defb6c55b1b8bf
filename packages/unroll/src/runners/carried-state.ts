import {
  ArgumentError,
  checkState,
  flattenState,
  mapState,
  ownZeroState,
  type RNNCell,
  type State,
  tidyState,
  zeroState,
} from '@rnn/cells';
import { whereRows } from '@rnn/kernels';
import { clone, keep, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { checkRowFlags, type RowFlags } from '../sequences/row-flags';
import { checkCell } from './runner-options';
import { stopGradient } from './stop-gradient';

/**
 * What carries a cell's state from call to call, for a fixed number of rows. The state is kept from every `tidy` until `dispose`, and is a
 * constant to whatever is differentiated: no gradient flows into the call before.
 */
export abstract class CarriedState<S extends State, I extends Tensor = Tensor2D, O extends Tensor = Tensor2D> {
  /** Default: the cell's zero state. */
  #state: S | undefined;
  /** Which rows of the state start again from the cell's zero state. Default: none. */
  #anew: readonly boolean[] | undefined;

  constructor(
    where: string,
    readonly cell: RNNCell<S, I, O>,
    /** B */
    readonly batchSize: number,
  ) {
    checkCell(where, 'cell', cell);
    if (Number.isInteger(batchSize) && batchSize > 0) return;
    throw new ArgumentError(where, 'batchSize to be a positive integer', `${batchSize}`);
  }

  /** A copy of the state, the caller's to dispose. */
  getState(): S {
    return tidyState(() => mapState((part) => clone(part), this.start() ?? this.#zeros()));
  }

  /** Goes on from a copy of `state`. */
  setState(state: S): void {
    checkState(`${this.constructor.name}.setState`, 'state', state, this.cell.stateSize, this.batchSize);
    this.carry(state);
  }

  /** The rows that are marked, one boolean a row, start again from the cell's zero state; without `rows` all do. */
  reset(rows?: RowFlags): void {
    const flags = rows && checkRowFlags(`${this.constructor.name}.reset`, 'rows', rows, this.batchSize);
    const anew = flags?.map((flag, row) => flag || this.#anew?.[row] === true);
    if (anew === undefined || anew.every(Boolean)) this.#replace(undefined);
    else if (this.#state !== undefined && anew.some(Boolean)) this.#anew = anew;
  }

  /** Frees the state, not the cell's weights. What runs afterwards starts from the zero state. */
  dispose(): void {
    this.#replace(undefined);
  }

  /**
   * What the next call starts from; undefined stands for the zero state. Rows that start again are joined here and not in `reset`, so that a
   * zero state that is trained gets a gradient from them. Call it inside `tidy`, once the cell is built.
   */
  protected start(): S | undefined {
    const state = this.#state;
    const anew = this.#anew;
    if (state === undefined || anew === undefined) return state;
    return mapState((zero, part) => whereRows(anew, zero, part), this.#zeros(), state);
  }

  /** Takes a copy of `state` along to the next call. */
  protected carry(state: S): void {
    this.#replace(mapState((part) => keep(stopGradient(part)), state));
  }

  #replace(state: S | undefined): void {
    for (const part of this.#state === undefined ? [] : flattenState(this.#state)) part.dispose();
    this.#state = state;
    this.#anew = undefined;
  }

  #zeros(): S {
    const { cell, batchSize } = this;
    return (ownZeroState(cell, batchSize) as S | undefined) ?? zeroState<S>(cell.stateSize, batchSize);
  }
}
