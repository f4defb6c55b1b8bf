import { type Tensor, type Tensor2D, tidy, type Variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import type { BaseRNNCell } from '../base-rnn-cell';
import type { BuildContext, RNNCell, SequenceOptions } from '../cell';
import { checkOptions } from '../check-options';
import { checkCell, checkCount } from '../checks';
import { inEveryRow } from '../in-every-row';
import type { Recurrence } from '../recurrence';
import { flattenState, isLstm, type State, unflattenState, zeroState } from '../state';
import { dimsOf, type SizeOf } from '../tensor-shape';
import { atomically } from '../weights/atomically';
import { type Initializer, zeros } from '../weights/initializers';
import { LayerWeights, type SharingOptions } from '../weights/layer-weights';
import { CellWrapper, mergeVariables } from './cell-wrapper';

export interface TrainableInitialStateOptions extends SharingOptions {
  /** Of the initial state. Default: zeros. */
  initializer?: Initializer;
  /** The first part of the variables' names. Default: `initial_state`. */
  name?: string;
}

/** See `trainableInitialState`, which makes it. */
class TrainableInitialState<S extends State, I extends Tensor, O extends Tensor> extends CellWrapper<S, I, O> {
  readonly name: string;
  readonly #initializer: Initializer;
  readonly #weights: LayerWeights<string>;

  constructor(cell: RNNCell<S, I, O>, options: TrainableInitialStateOptions) {
    super(cell);
    checkOptions('trainableInitialState', options);
    const { initializer = zeros(), name = 'initial_state', ...sharing } = options;
    this.name = name;
    this.#initializer = initializer;
    this.#weights = new LayerWeights('trainableInitialState', sharing);
  }

  get recurrence(): Recurrence | undefined {
    return this.cell.recurrence;
  }

  override get variables(): ReadonlyMap<string, Variable> {
    return mergeVariables('TrainableInitialState', [this.cell, this.#weights]);
  }

  override build(inputSize: SizeOf<I>, context: BuildContext = {}): void {
    atomically(() => {
      super.build(inputSize, context);
      const D = dimsOf(inputSize).at(-1) as number;
      this.#weights.make('TrainableInitialState.build', D, context, () => this.#declareParts());
    });
  }

  /** The trained state in each of `batchSize` rows. */
  override zeroState(batchSize: number): S {
    const where = 'TrainableInitialState.zeroState';
    checkCount(where, 'batchSize', batchSize);
    const variables = [...this.#weights.variables.values()];
    if (variables.length === 0)
      throw new ArgumentError(where, 'a cell whose weights are made', 'one without', 'Call build first.');
    return tidy(() => {
      const like = zeroState<S>(this.stateSize, 1);
      const rows = variables.map((part) => inEveryRow(batchSize, part));
      return unflattenState(like, rows) as never;
    }) as S;
  }

  protected step(inputs: I, state: S, cell: RNNCell<S, I, O>): [O, S] {
    return cell.call(inputs, state);
  }

  // Where a pass begins is settled before it: the cell itself is what runs.
  override forSequence(batchSize: number, inputSize: SizeOf<I>, options?: SequenceOptions): RNNCell<S, I, O> {
    return this.drawnCell(batchSize, inputSize, options);
  }

  override dispose(): void {
    this.#weights.dispose();
    super.dispose();
  }

  #declareParts() {
    return tidy(() => {
      const like = zeroState(this.stateSize, 1);
      const names = partNames(like);
      const parts = flattenState(like).map(({ shape }: Tensor, k) => [
        [this.name, names[k]].filter(Boolean).join('/'),
        { shape: shape.slice(1), initializer: this.#initializer },
      ]);
      return Object.fromEntries(parts);
    });
  }
}

/** The place of each tensor in a state, in the order of `flattenState`: `c`, `0/h`, `1`; of a state that is one tensor nothing. */
function partNames(state: State): string[] {
  if (isLstm(state)) return ['c', 'h'];
  if (!Array.isArray(state)) return [''];
  return state.flatMap((part, k) => partNames(part).map((name) => (name === '' ? `${k}` : `${k}/${name}`)));
}

/**
 * The same cell, whose sequences begin in a state that is trained, wherever no initial state is given; TensorFlow has none, Sonnet's
 * `trainable_initial_state` does this.
 *
 *     state_0 = each part of the state, `[size]`, in every row of the batch
 *
 * Variables: the cell's, then one `[size]`, or `[…shape]`, for each part of the state in the scope of whoever builds it: `rnn/initial_state/c` and
 * `…/h` of an LSTM, `…/0/c` and so on of a tuple, `rnn/initial_state` of a state that is one tensor. They start at zeros. Runs as the cell
 * does, on its fused kernel too; call by call, begin with `zeroState(batchSize)`, once it is built. Throws `ArgumentError` for what is no cell or
 * initializer.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { GRUCell, trainableInitialState } from '@rnn/cells';
 *
 * const cell = trainableInitialState(new GRUCell(3));
 * cell.build(2, { scope: 'rnn' });
 * console.log(cell.variables.get('rnn/initial_state')?.shape, cell.zeroState(4).shape); // [3] [4, 3]
 * ```
 */
export function trainableInitialState<S extends State, I extends Tensor = Tensor2D, O extends Tensor = Tensor2D>(
  cell: RNNCell<S, I, O>,
  options: TrainableInitialStateOptions = {},
): BaseRNNCell<S, I, O> & RNNCell<S, I, O> {
  checkCell('trainableInitialState', 'cell', cell);
  return new TrainableInitialState(cell, options);
}
