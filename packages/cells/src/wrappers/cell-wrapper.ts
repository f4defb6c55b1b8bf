import type { Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import { BaseRNNCell } from '../base-rnn-cell';
import type { BuildContext, RNNCell, SequenceOptions } from '../cell';
import { cellForPass } from '../cell-for-pass';
import { checkCell, checkInputs } from '../checks';
import type { State, StateSize } from '../state';
import { tidyState } from '../tidy-state';

/** A cell around another: the same state, sizes and variables, under the same names; a wrapper adds no scope of its own. */
export abstract class CellWrapper<S extends State> extends BaseRNNCell<S> {
  readonly stateSize: StateSize;
  readonly outputSize: number;

  constructor(readonly cell: RNNCell<S>) {
    super();
    checkCell(new.target.name, 'cell', cell);
    this.stateSize = cell.stateSize;
    this.outputSize = cell.outputSize;
  }

  /** One step on checked inputs. `cell` is the one to call: the wrapped one, or that one drawn for a sequence. */
  protected abstract step(inputs: Tensor2D, state: S, cell: RNNCell<S>): [Tensor2D, S];

  override call(inputs: Tensor2D, state: S): [Tensor2D, S] {
    return this.checkedStep(inputs, () => this.step(inputs, state, this.cell));
  }

  forSequence(batchSize: number, inputSize: number, options?: SequenceOptions): RNNCell<S> {
    const drawn = this.drawnCell(batchSize, inputSize, options);
    if (drawn === this.cell) return this;
    return cellForPass(this, (x, state) => this.checkedStep(x, () => this.step(x, state, drawn)));
  }

  /** The wrapped cell for one pass over a sequence. */
  protected drawnCell(...pass: Parameters<NonNullable<RNNCell<S>['forSequence']>>): RNNCell<S> {
    return this.cell.forSequence?.(...pass) ?? this.cell;
  }

  /** Throws unless the inputs are what cells take; frees what `step` does not return. */
  protected checkedStep(inputs: Tensor2D, step: () => [Tensor2D, S]): [Tensor2D, S] {
    checkInputs(`${this.constructor.name}.call`, inputs, undefined);
    return tidyState(step);
  }

  /** The cell's. */
  override zeroState(batchSize: number): S {
    return this.cell.zeroState?.(batchSize) ?? super.zeroState(batchSize);
  }

  override get variables(): ReadonlyMap<string, Variable> {
    return this.cell.variables ?? new Map();
  }

  override build(inputSize: number, context?: BuildContext): void {
    this.cell.build?.(inputSize, context);
  }

  override dispose(): void {
    this.cell.dispose?.();
  }
}

/** The variables of several cells, in their order. Throws `ArgumentError` where two of one name are not the same variable. */
export function mergeVariables(
  where: string,
  cells: readonly Pick<RNNCell, 'variables'>[],
): ReadonlyMap<string, Variable> {
  const merged = new Map<string, Variable>();
  for (const [name, variable] of cells.flatMap((cell) => [...(cell.variables ?? [])])) {
    const other = merged.get(name);
    if (other !== undefined && other !== variable) {
      const remedy = 'Give each cell a name, or leave out inputSize: then each is named after its place.';
      throw new ArgumentError(where, 'cells whose variables differ in name', `two variables ${name}`, remedy);
    }
    merged.set(name, variable);
  }
  return merged;
}
