import type { Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import { BaseRNNCell } from '../base-rnn-cell';
import type { BuildContext, RNNCell } from '../cell';
import { checkCell } from '../checks';
import type { State, StateSize } from '../state';

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

  abstract override call(inputs: Tensor2D, state: S): [Tensor2D, S];

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
