import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import { BaseRNNCell } from '../base-rnn-cell';
import type { AnyRNNCell, BuildContext, RNNCell } from '../cell';
import { checkCell } from '../checks';
import type { State, StateSize } from '../state';
import type { SizeOf, TensorShape } from '../tensor-shape';

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

  abstract override call(inputs: I, state: S): [O, S];

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
