import type { Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { BaseRNNCell } from '../base-rnn-cell';
import type { BuildContext, RNNCell } from '../cell';
import type { State, StateSize } from '../state';

/** A cell around another: the same state, sizes and variables, under the same names; a wrapper adds no scope of its own. */
export abstract class CellWrapper<S extends State> extends BaseRNNCell<S> {
  readonly stateSize: StateSize;
  readonly outputSize: number;

  constructor(readonly cell: RNNCell<S>) {
    super();
    this.stateSize = cell.stateSize;
    this.outputSize = cell.outputSize;
  }

  abstract override call(inputs: Tensor2D, state: S): [Tensor2D, S];

  override get variables(): ReadonlyMap<string, Variable> {
    return mergeVariables([this.cell]);
  }

  override build(inputSize: number, context?: BuildContext): void {
    this.cell.build?.(inputSize, context);
  }

  override dispose(): void {
    if (this.cell instanceof BaseRNNCell) this.cell.dispose();
  }
}

/** The variables of several cells, in their order. */
export function mergeVariables(cells: readonly RNNCell[]): ReadonlyMap<string, Variable> {
  return new Map(cells.flatMap((cell) => [...(cell.variables ?? [])]));
}
