import {
  type AnyRNNCell,
  ArgumentError,
  checkState,
  describeState,
  dimsOf,
  flattenState,
  type LSTMStateTuple,
  mapState,
  type RNNCell,
  type State,
  sizeOf,
  tidyState,
  unflattenState,
} from '@rnn/cells';
import { fromSteps, whereRows } from '@rnn/kernels';
import {
  clone,
  Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  type Tensor5D,
  zeros,
} from '@tensorflow/tfjs-core';
import { checkStep } from '../pass/step-loop';
import { type OverTime, stepShape } from '../sequences/over-time';
import { checkRowFlags, type RowFlags } from '../sequences/row-flags';
import { checkCell, checkOptions, checkTensor } from './runner-options';

const where = 'rawRnn';

/** What a loop function gives, in TensorFlow 1's order. */
export type LoopStep<S extends State, E extends State, L, I extends Tensor = Tensor2D> = readonly [
  /** Which rows are finished from this time on, besides those that were. */
  elementsFinished: RowFlags,
  /** `[B, D]`, the cell's inputs at this time. Not looked at once every row is finished. */
  nextInput: I | undefined,
  /** The state that the cell starts this time from; at time 0 the initial one. */
  nextCellState: S,
  /**
   * What the step before gives: tensors `[B, …]`, one or nested like a state. At time 0, when there was none, their shapes and dtypes, as tensors
   * without the axis of rows; null stands for the cell's output.
   */
  emitOutput: E | null,
  /** Anything; null leaves it as it was. */
  nextLoopState: L | null,
];

/**
 * Decides before each step, and after the last, how to go on. At time 0 all else is null; after that `cellOutput [B, P]` and `cellState` are what
 * the cell gave at `time - 1`.
 */
export type LoopFunction<
  S extends State,
  E extends State,
  L,
  I extends Tensor = Tensor2D,
  O extends Tensor = Tensor2D,
> = (time: number, cellOutput: O | null, cellState: S | null, loopState: L | null) => LoopStep<S, E, L, I>;

/** What was emitted, with an axis of time before that of rows: `[T, B, …]`. */
export type Emitted<E extends State> = State extends E
  ? State
  : E extends Tensor2D | Tensor3D | Tensor4D | Tensor5D
    ? OverTime<E>
    : E extends Tensor
      ? Tensor
      : E extends LSTMStateTuple<infer T extends Tensor>
        ? LSTMStateTuple<Emitted<T>>
        : { -readonly [K in keyof E]: E[K] extends State ? Emitted<E[K]> : never };

export interface RawRnnOptions {
  /** The first part of the variables' names, for a cell that is built here. Default: `rnn`. */
  scope?: string | undefined;
  /** Ends the loop after so many steps, though rows are not finished: a whole number, or Infinity. Default: Infinity. */
  maximumIterations?: number | undefined;
  /** False: the cell is run as one evaluates it, and nothing is dropped. Default: true. */
  training?: boolean | undefined;
}

/**
 * Runs a cell under a loop function, which chooses each step's input and state and what to emit, as TensorFlow 1's `tf.nn.raw_rnn`: to feed
 * predictions back, to emit states, to stop when all has been said.
 *
 *     finished, x, state, structure, loopState = loopFn(0, null, null, null)
 *     for (time = 0; not all finished; time += 1)
 *       output, cellState = cell(x, state)
 *       nowFinished, x, nextState, emit, loopState = loopFn(time + 1, output, cellState, loopState)
 *       emitted[time] = finished ? 0 : emit;   state = finished ? state : nextState;   finished = finished or nowFinished     row by row
 *
 * Gives `[emitted, state, loopState]`. Where TensorFlow gives a TensorArray, `emitted` is one tensor, time-major, `[T, B, …]`, or nested as
 * what was emitted is. The cell sees all rows at every step, finished ones too: their inputs should be finite, or gradients are not.
 * Each row's flag is needed on the host, so give `elementsFinished` as an array where it is known there; a tensor is read at each step.
 *
 * Differentiable in whatever the loop function uses. Tensors that it makes and does not return are freed when the runner returns; what is part of
 * the last loop state is the caller's. Throws `ArgumentError` for what does not fit; nothing ends a loop whose rows never finish but
 * `maximumIterations`.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { LSTMCell, LSTMStateTuple } from '@rnn/cells';
 * import { rawRnn } from '@rnn/unroll';
 * import { randomNormal, type Tensor2D, unstack, zeros } from '@tensorflow/tfjs-core';
 *
 * const cell = new LSTMCell(3);
 * const steps = unstack(randomNormal([4, 2, 5])) as Tensor2D[]; // T = 4 steps [B, D] of B = 2 rows
 * const lengths = [4, 2];
 *
 * // The state at every step, which dynamicRnn does not give.
 * const [states, final] = rawRnn(cell, (time, _, cellState) => [
 *   lengths.map((length) => time >= length),
 *   steps[time],
 *   cellState ?? cell.zeroState(2),
 *   cellState ?? new LSTMStateTuple(zeros([3]), zeros([3])),
 *   null,
 * ]);
 * console.log(states.c.shape, final.c.shape); // [4, 2, 3] [2, 3]
 * ```
 */
export function rawRnn<
  S extends State,
  E extends State = Tensor2D,
  L = null,
  I extends Tensor = Tensor2D,
  O extends Tensor = Tensor2D,
>(
  cell: RNNCell<S, I, O>,
  loopFn: LoopFunction<NoInfer<S>, E, L, NoInfer<I>, NoInfer<O>>,
  options: RawRnnOptions = {},
): [emitted: Emitted<E>, finalState: S, finalLoopState: L] {
  const { scope = 'rnn', maximumIterations = Number.POSITIVE_INFINITY, training } = options;
  checkCell(where, 'cell', cell);
  checkOptions(where, options);
  if (typeof loopFn !== 'function') throw new ArgumentError(where, 'loopFn to be a function', typeof loopFn);
  if (
    !(maximumIterations >= 0 && (Number.isInteger(maximumIterations) || maximumIterations === Number.POSITIVE_INFINITY))
  )
    throw new ArgumentError(
      where,
      'maximumIterations to be a whole number of steps, or Infinity',
      `${maximumIterations}`,
    );

  return tidyState(() => {
    const [flags, first, initialState, structure, firstLoopState] = checkedStep(loopFn(0, null, null, null));
    let finished = checkRowFlags(where, 'elementsFinished', flags);
    const batchSize = finished.length;
    checkInitialState(cell, initialState, batchSize);
    const blank = blankOf(structure ?? zeros([...dimsOf(cell.outputSize)]), batchSize);
    const emitted = flattenState(blank).map((): Tensor[] => []);

    let [input, loopState] = [first, firstLoopState];
    let state: S = initialState;
    let drawn = cell;
    for (let time = 0; time < maximumIterations && finished.includes(false); time++) {
      const x = checkedInput(cell, batchSize, input, first);
      if (time === 0) {
        cell.build?.(sizeOf(x), { scope });
        drawn = cell.forSequence?.(batchSize, sizeOf(x), { training }) ?? cell;
      }
      const [cellOutput, cellState] = drawn.call(x, state);
      checkStep(cell, batchSize, cellOutput, cellState);

      const step = checkedStep(loopFn(time + 1, cellOutput, cellState, loopState));
      const [nextFlags, nextInput, nextState, emit, nextLoopState] = step;
      const nowFinished = checkRowFlags(where, 'elementsFinished', nextFlags, batchSize);
      checkState(where, 'nextCellState', nextState, cell.stateSize, batchSize);
      checkEmit(emit, blank, structure);
      const unlessFinished = (old: Tensor, next: Tensor) =>
        finished.includes(true) ? whereRows(finished, old, next) : next;
      for (const [k, part] of flattenState(mapState(unlessFinished, blank, emit as State)).entries())
        emitted[k]?.push(part);
      state = mapState(unlessFinished, state, nextState);
      finished = finished.map((was, row) => was || (nowFinished[row] as boolean));
      [input, loopState] = [nextInput, nextLoopState ?? loopState];
    }
    const overTime = flattenState(blank).map((part, k) => stacked(emitted[k] as Tensor[], part));
    // A state that no step changed must not be handed back as the caller's own tensor.
    const finalState = mapState((part) => clone(part), state);
    return [unflattenState(blank, overTime) as Emitted<E>, finalState, loopState as L];
  });
}

function checkedStep<Step>(step: Step): Step {
  const expected = 'loopFn to return [elementsFinished, nextInput, nextCellState, emitOutput, nextLoopState]';
  if (!Array.isArray(step)) throw new ArgumentError(where, expected, typeof step);
  if (step.length !== 5) throw new ArgumentError(where, expected, `an array of ${step.length}`);
  return step;
}

/** Throws unless the input is one that the cell takes, with the axes of the first. */
function checkedInput<I extends Tensor>(cell: AnyRNNCell, batchSize: number, input?: I, first = input): I {
  checkTensor(where, 'nextInput', input as I, stepShape(cell));
  const [expected, got] = [[batchSize, ...(first as I).shape.slice(1)].join(', '), (input as I).shape.join(', ')];
  if (got !== expected) throw new ArgumentError(where, `nextInput to have shape [${expected}]`, `[${got}]`);
  return input as I;
}

/** Zeros of the shapes and dtypes of what is emitted, which `structure` has for one row. */
function blankOf(structure: State, batchSize: number): State {
  if (!flattenState(structure).every((part) => part instanceof Tensor))
    throw new ArgumentError(
      where,
      'emitOutput to be null, a tensor, or tensors nested like a state',
      describeState(structure),
    );
  return mapState((part) => zeros([batchSize, ...part.shape], part.dtype), structure);
}

/** A state that is not given stands for zeros elsewhere, but here the loop function is to say it. */
function checkInitialState(cell: AnyRNNCell, state: State | null | undefined, batchSize: number): void {
  if (state === null || state === undefined)
    throw new ArgumentError(
      where,
      'nextCellState at time 0 to be the initial state',
      `${state}`,
      `Give cell.zeroState(${batchSize}).`,
    );
  checkState(where, 'nextCellState', state, cell.stateSize, batchSize);
}

function checkEmit(emit: State | null, blank: State, structure: State | null): void {
  const [expected, got] = [describeState(blank), describeState(emit)];
  if (expected !== got) {
    const ofRows = structure !== null && describeState(structure) === got;
    const remedy = ofRows ? 'At time 0 give the shape of one row.' : undefined;
    throw new ArgumentError(where, `emitOutput to have shape ${expected}`, got, remedy);
  }
  const parts = flattenState(emit as State);
  for (const [k, { dtype }] of flattenState(blank).entries()) {
    if (parts[k]?.dtype !== dtype) throw new ArgumentError(where, `emitOutput of dtype ${dtype}`, `${parts[k]?.dtype}`);
  }
}

/** `[B, …]` of each step to `[T, B, …]`. */
const stacked = (steps: readonly Tensor[], { shape, dtype }: Tensor): Tensor =>
  steps.length === 0 ? zeros([0, ...shape], dtype) : fromSteps<Tensor>(steps);
