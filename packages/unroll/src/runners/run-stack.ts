import {
  type AnyRNNCell,
  ArgumentError,
  checkState,
  describeState,
  dimsOf,
  type Size,
  type State,
  TensorShape,
} from '@rnn/cells';
import { joined } from '@rnn/kernels';
import type { Tensor } from '@tensorflow/tfjs-core';
import { runShape } from '../pass/plan';
import { checkKernel, type Run } from '../pass/run-cells';
import { stepShape } from '../sequences/over-time';
import { runBothWays } from './bidirectional-dynamic-rnn';
import { checkCell } from './runner-options';

/** Bidirectional layers on top of each other, as a runner asks for them. Lists hold one entry a layer, the first first. */
export interface StackRun extends Omit<Run, 'cell' | 'stateName' | 'initialState' | 'scope' | 'reverse'> {
  readonly cellsFw: readonly AnyRNNCell[];
  readonly cellsBw: readonly AnyRNNCell[];
  readonly initialStatesFw: readonly State[] | undefined;
  readonly initialStatesBw: readonly State[] | undefined;
  /** The first part of the names of a layer's variables, before `fw` and `bw`. */
  readonly scopeOf: (layer: number) => string;
}

/**
 * Checks and runs a stack: the outputs of the last layer, forward and backward joined along the last axis, and each layer's final states. Throws
 * what does not fit before a weight is made or anything is computed; only that an upper cell was built for another width shows when its layer
 * is reached. Call it inside `tidyState`, which then frees the weights of the layers below.
 */
export function runStack(run: StackRun): [outputs: Tensor, statesFw: State[], statesBw: State[]] {
  checkStackRun(run);
  const { cellsFw, cellsBw, initialStatesFw, initialStatesBw, scopeOf, kernel, training, returnSequences, ...shared } =
    run;
  const statesFw: State[] = [];
  const statesBw: State[] = [];
  let below: Tensor = shared.inputs;
  for (const [k, cellFw] of cellsFw.entries()) {
    const isLast = k === cellsFw.length - 1;
    const [outputs, [stateFw, stateBw]] = runBothWays(
      cellFw,
      cellsBw[k] as AnyRNNCell,
      { ...shared, inputs: below, returnSequences: isLast ? returnSequences : true },
      {
        ...{ kernel, training, scope: scopeOf(k) },
        ...{ initialStateFw: initialStatesFw?.[k], initialStateBw: initialStatesBw?.[k] },
      },
    );
    statesFw.push(stateFw);
    statesBw.push(stateBw);
    below = joined(outputs, -1);
  }
  return [below, statesFw, statesBw];
}

/** Throws unless both are lists of cells, of one length, which is not 0. */
export function checkStackCells(where: string, cellsFw: readonly AnyRNNCell[], cellsBw: readonly AnyRNNCell[]): void {
  for (const [what, cells] of Object.entries({ cellsFw, cellsBw })) {
    if (!Array.isArray(cells)) {
      const got = (cells as object | undefined)?.constructor?.name ?? `${cells}`;
      throw new ArgumentError(
        where,
        `${what} to be a list of cells, one a layer`,
        got,
        'A single layer is a list of one.',
      );
    }
    if (cells.length === 0) throw new ArgumentError(where, `${what} to hold at least one cell`, 'an empty list');
    for (const [k, cell] of cells.entries()) checkCell(where, `${what}[${k}]`, cell);
  }
  if (cellsFw.length !== cellsBw.length) {
    const got = `${cellsFw.length} and ${cellsBw.length}`;
    throw new ArgumentError(where, 'as many cells in cellsFw as in cellsBw', got, 'Each layer has one of each.');
  }
}

function checkStackRun({ where, inputs, timeMajor, kernel, swapMemory, training, ...stack }: StackRun): void {
  const { cellsFw, cellsBw, initialStatesFw, initialStatesBw } = stack;
  const shape = runShape(inputs, timeMajor);
  const checkStates = (what: string, states: readonly State[] | undefined, cells: readonly AnyRNNCell[]): void => {
    if (states === undefined) return;
    const sizes = cells.map(({ stateSize }) => stateSize);
    checkState(where, what, states, sizes, shape.batchSize);
  };
  checkStates('initialStatesFw', initialStatesFw, cellsFw);
  checkStates('initialStatesBw', initialStatesBw, cellsBw);

  let { inputSize } = shape;
  for (const [k, cellFw] of cellsFw.entries()) {
    const both = { cellsFw: cellFw, cellsBw: cellsBw[k] as AnyRNNCell };
    for (const [what, cell] of Object.entries(both)) {
      checkTakes(where, `${what}[${k}]`, cell, inputSize);
      checkKernel({ where, cell, kernel, swapMemory, training }, { ...shape, inputSize });
    }
    inputSize = joinedOutputs(where, k, both.cellsFw, both.cellsBw);
  }
}

/** Throws unless a cell takes inputs of as many axes. */
function checkTakes(where: string, what: string, cell: AnyRNNCell, inputSize: Size): void {
  const [given, taken] = [describeState(inputSize, 'B'), stepShape(cell)];
  const fits = cell.inputShape === undefined ? typeof inputSize === 'number' : given === taken;
  if (!fits) throw new ArgumentError(where, `${what} to take ${given}`, `one that takes ${taken}`);
}

/** The size of both directions' outputs, joined along the last axis. Throws where other axes differ. */
function joinedOutputs(where: string, layer: number, fw: AnyRNNCell, bw: AnyRNNCell): Size {
  const [dimsFw, dimsBw] = [dimsOf(fw.outputSize), dimsOf(bw.outputSize)];
  const around = dimsFw.slice(0, -1);
  if (around.join() !== dimsBw.slice(0, -1).join()) {
    const got = `${describeState(fw.outputSize, 'B')} and ${describeState(bw.outputSize, 'B')}`;
    throw new ArgumentError(where, `outputs of layer ${layer} that differ in the last axis alone`, got);
  }
  const last = (dimsFw.at(-1) ?? 0) + (dimsBw.at(-1) ?? 0);
  return around.length === 0 ? last : new TensorShape([...around, last]);
}
