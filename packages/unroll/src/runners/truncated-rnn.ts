import { ArgumentError, type RNNCell, type State, tidyState } from '@rnn/cells';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Unrolled } from '../pass/pass';
import { runShape } from '../pass/plan';
import { runCells } from '../pass/run-cells';
import type { OverTime } from '../sequences/over-time';
import { checkSequenceLength, type SequenceLength } from '../sequences/sequence-length';
import { CarriedState } from './carried-state';
import {
  checkInputs,
  checkOptions,
  type RunnerOptions,
  type RunnerOutputs,
  type TensorRunnerOptions,
} from './runner-options';

export interface TruncatedRnnOptions
  extends Pick<RunnerOptions<State>, 'dtype' | 'scope' | 'kernel' | 'training'>,
    Omit<TensorRunnerOptions, 'returnSequences'> {
  /** B, the number of rows of every window. */
  batchSize: number;
}

/** What one window takes. What `timeWindows` gives fits. */
export interface WindowOptions<ReturnSequences extends boolean | undefined = true | undefined>
  extends Pick<TensorRunnerOptions<ReturnSequences>, 'returnSequences'> {
  /** How many steps of each row are valid in this window. Default: all. */
  sequenceLength?: SequenceLength | undefined;
}

/** A cell and the state in which each row of a long sequence is; see `truncatedRnn`. */
export class TruncatedRnn<
  S extends State,
  I extends Tensor = Tensor2D,
  O extends Tensor = Tensor2D,
> extends CarriedState<S, I, O> {
  readonly #options: TruncatedRnnOptions;

  constructor(cell: RNNCell<S, I, O>, options: TruncatedRnnOptions) {
    super('truncatedRnn', cell, options?.batchSize);
    checkOptions('truncatedRnn', options);
    this.#options = options;
  }

  /**
   * The next window: `inputs [B, T, D]`, or with `timeMajor` `[T, B, D]`, give `[outputs, state]` as `dynamicRnn` gives them from the state that
   * is carried, and the final state is carried on, also where what is made of the outputs throws. A row past its length keeps its state.
   */
  run<ReturnSequences extends boolean | undefined = true | undefined>(
    inputs: OverTime<NoInfer<I>>,
    { sequenceLength, returnSequences }: WindowOptions<ReturnSequences> = {},
  ): [RunnerOutputs<ReturnSequences, O>, S] {
    const where = 'TruncatedRnn.run';
    const { timeMajor = false, scope = 'rnn', parallelIterations, swapMemory, kernel, training } = this.#options;
    checkInputs(where, this.cell, inputs, timeMajor);
    checkOptions(where, { returnSequences });
    const { batchSize, steps } = runShape(inputs, timeMajor);
    if (batchSize !== this.batchSize)
      throw new ArgumentError(where, `inputs of ${this.batchSize} rows, as batchSize says`, `${batchSize}`);
    const lengths = checkSequenceLength(where, sequenceLength, batchSize, steps);

    const run = {
      ...{ where, cell: this.cell, stateName: 'the state', initialState: () => this.start(), scope },
      ...{ inputs, timeMajor, returnSequences, lengths, parallelIterations, swapMemory, kernel, training },
    };
    return tidyState(() => {
      const [{ outputs, state }] = runCells([run]) as [Unrolled];
      this.carry(state as S);
      return [outputs as RunnerOutputs<ReturnSequences, O>, state as S];
    });
  }
}

/**
 * Truncated back-propagation through time: trains on a sequence that is too long for one pass, or has no end, window by window.
 *
 *     outputs_k, state_k+1 = dynamicRnn(cell, window_k, initialState: state_k);   no gradient flows from window k into window k - 1
 *
 * The outputs of all windows are those of the whole sequence. Between two windows `reset` makes rows start again from the cell's zero state, as at
 * the beginning of another text; `getState` and `setState` give and take copies of the state. `dispose` frees it. Windows of a sequence in one
 * tensor come from `timeWindows`. To evaluate during training, take another `truncatedRnn` on the same cell.
 *
 * Throws `ArgumentError` as `dynamicRnn` does, and for another number of rows than `batchSize`; the state is then as before.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import '@rnn/cells/gradients';
 * import { GRUCell } from '@rnn/cells';
 * import { timeWindows, truncatedRnn } from '@rnn/unroll';
 * import { losses, type Rank, randomNormal, type Scalar, train } from '@tensorflow/tfjs-core';
 *
 * const inputs = randomNormal<Rank.R3>([2, 100, 3]); // [B, T, D]
 * const targets = randomNormal([2, 100, 4]); // [B, T, P]
 * const rnn = truncatedRnn(new GRUCell(4, { inputSize: 3 }), { batchSize: 2 });
 * const optimizer = train.adam(0.01);
 * for (const window of timeWindows(inputs, 25)) {
 *   optimizer.minimize(() => {
 *     const [outputs] = rnn.run(window.of(inputs), window); // [2, 25, 4]
 *     return losses.meanSquaredError(window.of(targets), outputs) as Scalar;
 *   });
 * }
 * rnn.dispose();
 * ```
 */
export function truncatedRnn<S extends State, I extends Tensor = Tensor2D, O extends Tensor = Tensor2D>(
  cell: RNNCell<S, I, O>,
  options: TruncatedRnnOptions,
): TruncatedRnn<S, I, O> {
  return new TruncatedRnn(cell, options);
}
