import { ArgumentError, ownZeroState, type RNNCell, type State, sizeOf, tidyState, zeroState } from '@rnn/cells';
import type { KernelMode } from '@rnn/kernels';
import { clone, getBackend, reshape, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { cellName } from '../pass/cell-name';
import { Explanation } from '../pass/explain';
import type { Unrolled } from '../pass/pass';
import { type LayerPlan, planRun } from '../pass/plan';
import { checkStep } from '../pass/step-loop';
import { unrollSequences } from '../pass/unroll-sequences';
import { stepShape } from '../sequences/over-time';
import type { RowFlags } from '../sequences/row-flags';
import { CarriedState } from './carried-state';
import { checkOptions, checkTensor, type RunnerOptions } from './runner-options';

export interface StreamOptions extends Pick<RunnerOptions<State>, 'dtype' | 'scope'> {
  /** B, how many sequences go on side by side. Default: 1. */
  batchSize?: number | undefined;
  /**
   * `auto` takes a fused kernel where there is one, but for fewer than 8 rows of a basic cell on the wasm backend, whose few stock operations
   * are then faster.
   * `fused` throws where there is none, with the reason. Default: `auto`.
   */
  kernel?: KernelMode | undefined;
  /** Whether to drop as in training. Default: false, since a stream serves. */
  training?: boolean | undefined;
}

/** Below this many rows the four stock operations of a basic cell's step take less time on wasm than the call of a fused kernel. */
const fewRows = 8;

/** A cell and the state in which its sequences are; see `stream`. */
export class Stream<S extends State, I extends Tensor = Tensor2D, O extends Tensor = Tensor2D> extends CarriedState<
  S,
  I,
  O
> {
  readonly #scope: string;
  readonly #kernel: KernelMode;
  readonly #training: boolean;
  /** With what is drawn once a sequence. */
  #drawn: RNNCell<S, I, O> | undefined;

  constructor(cell: RNNCell<S, I, O>, options: StreamOptions = {}) {
    const { batchSize = 1, scope = 'rnn', kernel = 'auto', training = false } = options;
    super('stream', cell, batchSize);
    checkOptions('stream', options);
    this.#scope = scope;
    this.#kernel = kernel;
    this.#training = training;
  }

  /** One step: `inputs [B, D]` give the output `[B, P]`, the caller's to dispose, and move the state on. A step that throws leaves the state. */
  step(inputs: I): O {
    const { cell, batchSize } = this;
    const isFused = this.#plan('Stream.step', inputs).some(({ kernel }) => kernel === 'fused');
    const inputSize = sizeOf(inputs);
    return tidyState(() => {
      cell.build?.(inputSize, { scope: this.#scope });
      this.#drawn ??= cell.forSequence?.(batchSize, inputSize, { training: this.#training }) ?? cell;
      const start = this.start() ?? (ownZeroState(cell, batchSize) as S | undefined);
      const [output, state] = (isFused ? this.#fused : this.#stepped).call(this, this.#drawn, inputs, start);
      this.carry(state);
      // A cell's output may be what it was given.
      return clone(output);
    });
  }

  /** How `step` computes inputs `[B, D]`, of which only the shape counts, on the backend in use. */
  explain(inputs: I): Explanation {
    return new Explanation(getBackend(), this.#plan('Stream.explain', inputs));
  }

  override reset(rows?: RowFlags): void {
    super.reset(rows);
    if (rows === undefined) this.#drawn = undefined;
  }

  #plan(where: string, inputs: I): LayerPlan[] {
    const { cell, batchSize } = this;
    checkTensor(where, 'inputs', inputs, stepShape(cell));
    const [rows] = inputs.shape;
    if (rows !== batchSize) throw new ArgumentError(where, `inputs of ${batchSize} rows, as batchSize says`, `${rows}`);
    const stepped = (reason: string): LayerPlan[] => [
      { cell: cellName(cell), op: 'steps', kernel: 'reference', reason },
    ];
    if (this.#kernel === 'reference') return stepped("kernel: 'reference' was asked for");
    const layers = planRun(
      where,
      cell,
      { steps: 1, batchSize, inputSize: sizeOf(inputs) },
      this.#kernel,
      this.#training,
    );
    const isBasic = layers.every(({ op }) => op === 'rnnSequence');
    if (isBasic && this.#kernel === 'auto' && batchSize < fewRows && getBackend() === 'wasm')
      return stepped(`one step of fewer than ${fewRows} rows of a basic cell is faster so`);
    return layers.some(({ kernel }) => kernel === 'fused') ? layers : stepped(layers[0]?.reason as string);
  }

  #fused(cell: RNNCell<S, I, O>, inputs: I, start: S | undefined): [O, S] {
    const overTime = reshape(inputs, [1, ...inputs.shape]);
    const pass = { cell, inputs: overTime, timeMajor: true, returnSequences: false, kernel: this.#kernel };
    const [result] = unrollSequences([{ ...pass, ...(start !== undefined && { initialState: start }) }]) as [Unrolled];
    return [result.outputs as O, result.state as S];
  }

  #stepped(cell: RNNCell<S, I, O>, inputs: I, start: S | undefined): [O, S] {
    const [output, state] = cell.call(inputs, start ?? zeroState<S>(cell.stateSize, this.batchSize));
    checkStep(cell, this.batchSize, output, state);
    return [output, state];
  }
}

/**
 * A cell that is served one step at a time: readings as they come, characters as they are typed. The steps, one after the other, give the
 * outputs that `dynamicRnn` gives for the whole sequence; with `training: false`, since a stream evaluates where nothing else is asked for.
 *
 *     output, state = cell(inputs, state)
 *
 * The stream keeps the state: `getState` and `setState` give and take copies, `reset` makes rows start again from the cell's zero state, `dispose` frees
 * it. The cell, whose weights stay its owner's, may be in any number of streams. For inference: no gradient flows from step to step.
 *
 * Throws `ArgumentError` for inputs of another shape or number of rows, and for `kernel: 'fused'` where there is no fused kernel.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { LSTMCell } from '@rnn/cells';
 * import { stream } from '@rnn/unroll';
 * import { ones } from '@tensorflow/tfjs-core';
 *
 * const served = stream(new LSTMCell(3), { batchSize: 2 });
 * console.log(served.step(ones([2, 5])).shape); // [2, 3]
 * served.reset([false, true]); // another speaker in row 1
 * served.dispose();
 * ```
 */
export function stream<S extends State, I extends Tensor = Tensor2D, O extends Tensor = Tensor2D>(
  cell: RNNCell<S, I, O>,
  options: StreamOptions = {},
): Stream<S, I, O> {
  return new Stream(cell, options);
}
