import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import { BaseRNNCell } from '../base-rnn-cell';
import { type AnyRNNCell, type BuildContext, type RNNCell, type SequenceOptions, scoped } from '../cell';
import { cellForPass } from '../cell-for-pass';
import { checkOptions } from '../check-options';
import { checkCell, checkCount, checkFlags, checkInputs, checkThat } from '../checks';
import type { LayersRecurrence } from '../recurrence';
import {
  checkState,
  describeState,
  isOneTensor,
  joinedSize,
  joinState,
  type State,
  type StateSize,
  splitState,
  zeroState,
} from '../state';
import { type Size, type SizeOf, sizeOf, TensorShape } from '../tensor-shape';
import { tidyState } from '../tidy-state';
import { atomically } from '../weights/atomically';
import { mergeVariables } from './cell-wrapper';

/** The state of the cells of a tuple: a tuple of their states. */
export type StatesOf<Cells extends readonly AnyRNNCell[]> = {
  -readonly [K in keyof Cells]: Cells[K] extends { call(inputs: never, state: infer S): unknown } ? S : never;
};

/** What the first of cells on top of each other takes. */
export type InputsOf<Cells extends readonly AnyRNNCell[]> = Parameters<Cells[0]['call']>[0];
/** What the last of them gives. */
export type OutputsOf<Cells extends readonly AnyRNNCell[]> = ReturnType<
  (Cells extends readonly [...unknown[], infer Top extends AnyRNNCell] ? Top : Cells[number])['call']
>[0];

export interface MultiRNNCellOptions<IsTuple extends boolean> {
  /** False gives the state as one tensor, the layers' states joined, the first layer first. Default: true. */
  stateIsTuple?: IsTuple;
}

type MultiState<Cells extends readonly AnyRNNCell[], IsTuple extends boolean> = IsTuple extends false
  ? Tensor2D
  : StatesOf<Cells> extends State
    ? StatesOf<Cells>
    : never;

/**
 * Cells on top of each other: the output of one is the input of the next.
 *
 *     x₀ = x;   xₖ₊₁, stateₖ' = cellₖ(xₖ, stateₖ);   output = x_K
 *
 * State: a tuple, one state a layer. Variables: `multi_rnn_cell/cell_K/<the cell's own>`.
 * Each layer needs an instance of its own: the same instance twice would share weights that the layers' input sizes rule out.
 */
export class MultiRNNCell<
  const Cells extends readonly AnyRNNCell[],
  IsTuple extends boolean = true,
> extends BaseRNNCell<MultiState<Cells, IsTuple>, InputsOf<Cells>, OutputsOf<Cells>> {
  readonly cells: Cells;
  readonly stateSize: StateSize;
  readonly outputSize: SizeOf<OutputsOf<Cells>>;
  readonly inputShape: TensorShape | undefined;
  readonly stateIsTuple: boolean;
  readonly #sizes: readonly StateSize[];

  constructor(cells: Cells, options: MultiRNNCellOptions<IsTuple> = {}) {
    super();
    checkThat(Array.isArray(cells), 'MultiRNNCell', 'an array of cells', cells);
    for (const [k, cell] of cells.entries()) checkCell('MultiRNNCell', `cells[${k}]`, cell);
    checkOptions('MultiRNNCell', options);
    checkFlags('MultiRNNCell', options, 'stateIsTuple');
    const top = cells.at(-1);
    if (top === undefined) throw new ArgumentError('MultiRNNCell', 'at least one cell', 'none');
    const twice = cells.findIndex((cell, k) => cells.indexOf(cell) < k);
    if (twice >= 0) {
      const remedy =
        'Layers that are one instance share their weights; make a new cell for each: [128, 128].map((units) => new LSTMCell(units)).';
      throw new ArgumentError(
        'MultiRNNCell',
        'a different instance for each layer',
        `the same one as layer ${cells.indexOf(cells[twice] as AnyRNNCell)} and ${twice}`,
        remedy,
      );
    }
    this.cells = cells;
    for (const [k, cell] of cells.slice(1).entries())
      checkAbove(`cells[${k + 1}]`, cell, `cells[${k}]`, cells[k] as AnyRNNCell);
    this.outputSize = top.outputSize as SizeOf<OutputsOf<Cells>>;
    this.inputShape = cells[0]?.inputShape;
    this.stateIsTuple = options.stateIsTuple ?? true;
    this.#sizes = cells.map((cell) => cell.stateSize);
    const nested = this.stateIsTuple ? undefined : this.#sizes.find((size) => !isOneTensor(size));
    if (nested !== undefined) {
      throw new ArgumentError(
        'MultiRNNCell',
        'cells whose state is one tensor, with stateIsTuple: false',
        'a cell with a tuple',
        'Give the cells stateIsTuple: false too.',
      );
    }
    this.stateSize = this.stateIsTuple ? this.#sizes : joinedSize(this.#sizes);
  }

  get recurrence(): LayersRecurrence {
    return { type: 'layers', cells: this.cells, stateIsTuple: this.stateIsTuple };
  }

  /** One of each layer. */
  override zeroState(batchSize: number): MultiState<Cells, IsTuple> {
    checkCount('MultiRNNCell.zeroState', 'batchSize', batchSize);
    return tidyState(() => {
      const states = this.cells.map((cell) => cell.zeroState?.(batchSize) ?? zeroState(cell.stateSize, batchSize));
      return (this.stateIsTuple ? states : joinState(states)) as MultiState<Cells, IsTuple>;
    });
  }

  override get variables(): ReadonlyMap<string, Variable> {
    return mergeVariables('MultiRNNCell', this.cells);
  }

  override build(inputSize: SizeOf<InputsOf<Cells>>, { scope, store }: BuildContext = {}): void {
    atomically(() => {
      let width: Size = inputSize;
      for (const [k, cell] of this.cells.entries()) {
        cell.build?.(width, { scope: scoped(scope, `multi_rnn_cell/cell_${k}`), ...(store && { store }) });
        width = cell.outputSize;
      }
      mergeVariables('MultiRNNCell.build', this.cells);
    });
  }

  override call(
    inputs: InputsOf<Cells>,
    state: MultiState<Cells, IsTuple>,
  ): [OutputsOf<Cells>, MultiState<Cells, IsTuple>] {
    checkInputs('MultiRNNCell.call', inputs, this.inputShape);
    checkState('MultiRNNCell.call', 'state', state, this.stateSize, inputs.shape[0] as number);
    return tidyState(() => {
      this.build(sizeOf(inputs));
      return this.#step(inputs, state);
    });
  }

  #step(inputs: InputsOf<Cells>, state: MultiState<Cells, IsTuple>): [OutputsOf<Cells>, MultiState<Cells, IsTuple>] {
    const states = (this.stateIsTuple ? state : splitState(state as Tensor2D, this.#sizes)) as readonly State[];
    const next: State[] = [];
    let x: Tensor = inputs;
    for (const [k, cell] of this.cells.entries()) {
      const [output, newState] = cell.call(x, states[k] as State);
      x = output;
      next.push(newState);
    }
    return [x as OutputsOf<Cells>, (this.stateIsTuple ? next : joinState(next)) as MultiState<Cells, IsTuple>];
  }

  forSequence(
    batchSize: number,
    inputSize: SizeOf<InputsOf<Cells>>,
    options?: SequenceOptions,
  ): RNNCell<MultiState<Cells, IsTuple>, InputsOf<Cells>, OutputsOf<Cells>> {
    let width: Size = inputSize;
    const cells: AnyRNNCell[] = [];
    for (const cell of this.cells) {
      const drawn = cell.forSequence?.(batchSize, width, options) ?? cell;
      // Layers that wrap one cell may all be that cell in evaluation; each remains a layer of its own.
      cells.push(cells.includes(drawn) ? cellForPass(drawn, (x, state) => drawn.call(x, state)) : drawn);
      width = cell.outputSize;
    }
    if (cells.every((cell, k) => cell === this.cells[k])) return this;
    return stacked(cells, this.stateIsTuple) as never;
  }

  override dispose(): void {
    for (const cell of this.cells) cell.dispose?.();
  }
}

// Outside of the class: a class that names itself is renamed by the bundler, and errors and `explain` tell its name.
const stacked = (cells: readonly AnyRNNCell[], stateIsTuple: boolean) => new MultiRNNCell(cells, { stateIsTuple });

/** Throws unless a layer takes what the one below gives, as far as both tell. */
function checkAbove(what: string, { inputShape }: AnyRNNCell, whatBelow: string, { outputSize }: AnyRNNCell): void {
  if (inputShape === undefined && !(outputSize instanceof TensorShape)) return;
  const [given, taken] = [describeState(outputSize, 'B'), inputShape ? describeState(inputShape, 'B') : '[B, D]'];
  if (given !== taken)
    throw new ArgumentError(
      'MultiRNNCell',
      `${what} to take ${given}, which ${whatBelow} gives`,
      `one that takes ${taken}`,
    );
}
