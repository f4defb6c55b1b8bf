import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import { BaseRNNCell } from '../base-rnn-cell';
import type { AnyRNNCell, BuildContext, RNNCell, SequenceOptions } from '../cell';
import { cellForPass } from '../cell-for-pass';
import { checkCell, checkInputs } from '../checks';
import type { State, StateSize } from '../state';
import type { SizeOf, TensorShape } from '../tensor-shape';
import { tidyState } from '../tidy-state';

/** A cell around another: the same state, sizes and variables, under the same names; a wrapper adds no scope of its own. */
export abstract class CellWrapper<
  S extends State,
  I extends Tensor = Tensor2D,
  O extends Tensor = Tensor2D,
> extends BaseRNNCell<S, I, O> {
  readonly stateSize: StateSize;
  readonly outputSize: SizeOf<O>;
  readonly inputShape: TensorShape | undefined;

  constructor(readonly cell: RNNCell<S, I, O>) {
    super();
    checkCell(new.target.name, 'cell', cell);
    this.stateSize = cell.stateSize;
    this.outputSize = cell.outputSize;
    this.inputShape = cell.inputShape;
  }

  /** One step on checked inputs. `cell` is the one to call: the wrapped one, or that one drawn for a sequence. */
  protected abstract step(inputs: I, state: S, cell: RNNCell<S, I, O>): [O, S];

  override call(inputs: I, state: S): [O, S] {
    return this.checkedStep(inputs, () => this.step(inputs, state, this.cell));
  }

  forSequence(batchSize: number, inputSize: SizeOf<I>, options?: SequenceOptions): RNNCell<S, I, O> {
    const drawn = this.drawnCell(batchSize, inputSize, options);
    if (drawn === this.cell) return this;
    return cellForPass<S, I, O>(this, (x, state) => this.checkedStep(x, () => this.step(x, state, drawn)));
  }

  /** The wrapped cell for one pass over a sequence. */
  protected drawnCell(...pass: Parameters<NonNullable<RNNCell<S, I, O>['forSequence']>>): RNNCell<S, I, O> {
    return this.cell.forSequence?.(...pass) ?? this.cell;
  }

  /** Throws unless the inputs are what the cell takes; frees what `step` does not return. */
  protected checkedStep(inputs: I, step: () => [O, S]): [O, S] {
    checkInputs(`${this.constructor.name}.call`, inputs, this.inputShape);
    return tidyState(step);
  }

  /** The cell's. */
  override zeroState(batchSize: number): S {
    return this.cell.zeroState?.(batchSize) ?? super.zeroState(batchSize);
  }

  override get variables(): ReadonlyMap<string, Variable> {
    return this.cell.variables ?? new Map();
  }

  override build(inputSize: SizeOf<I>, context?: BuildContext): void {
    this.cell.build?.(inputSize, context);
  }

  override dispose(): void {
    this.cell.dispose?.();
  }
}

/** The variables of several cells, in their order. Throws `ArgumentError` where two of one name are not the same variable. */
export function mergeVariables(
  where: string,
  cells: readonly Pick<AnyRNNCell, 'variables'>[],
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
