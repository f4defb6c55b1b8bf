import type { Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { BaseRNNCell } from '../base-rnn-cell';
import { type BuildContext, type RNNCell, type SequenceOptions, scoped } from '../cell';
import { cellForPass } from '../cell-for-pass';
import { checkOptions } from '../check-options';
import { checkCell, checkCount, checkInputs } from '../checks';
import { checkState, type State, zeroState } from '../state';
import { tidyState } from '../tidy-state';
import { atomically } from '../weights/atomically';
import { LayerWeights, type SharingOptions, type WeightDeclaration } from '../weights/layer-weights';
import { mergeVariables } from './cell-wrapper';

/** What every wrapper with weights takes besides its own options. */
export interface WrapperOptions extends SharingOptions {
  /** The wrapper's part of its variables' names, and its cell's. Default: the class's name in TensorFlow. */
  name?: string;
}

/**
 * A cell around another, with weights of its own beside the cell's: `name/kernel`, `name/gru_cell/gates/kernel`. `W` are the short names of its
 * own; `Inner` is the state of the cell inside, where the wrapper's holds more.
 */
export abstract class WeightedWrapper<
  S extends State,
  W extends string,
  Inner extends State = S,
> extends BaseRNNCell<S> {
  /** Empty where the variables lie directly in the scope of whoever builds the wrapper. */
  readonly name: string;
  readonly #weights: LayerWeights<W>;

  constructor(
    readonly cell: RNNCell<Inner>,
    defaultName: string,
    options: WrapperOptions,
  ) {
    super();
    const where = new.target.name;
    checkCell(where, 'cell', cell);
    checkOptions(where, options);
    const { name = defaultName, ...sharing } = options;
    this.name = name;
    this.#weights = new LayerWeights(where, sharing);
  }

  /** How many of the weights TensorFlow makes before those of the cell. */
  protected abstract readonly weightsBeforeCell: number;

  /** The wrapper's own weights, in TensorFlow's order of creation. */
  protected abstract declareWeights(inputSize: number): Record<W, WeightDeclaration>;

  /** The width of what the cell is given, from the width of what the wrapper is given. */
  protected abstract cellInputSize(inputSize: number): number;

  /** One step on checked arguments, with the weights made. `cell` is the one to call: the wrapped one, or that one drawn for a sequence. */
  protected abstract step(inputs: Tensor2D, state: S, cell: RNNCell<Inner>): [Tensor2D, S];

  /** The cell's, where the wrapper's state is no more than that. */
  override zeroState(batchSize: number): S {
    checkCount(`${this.constructor.name}.zeroState`, 'batchSize', batchSize);
    return this.cellZeroState(batchSize) as State as S;
  }

  /** The zero state of the cell inside. */
  protected cellZeroState(batchSize: number): Inner {
    return this.cell.zeroState?.(batchSize) ?? zeroState(this.cell.stateSize, batchSize);
  }

  /** The weight of this short name. */
  protected weight<T extends Variable>(name: W): T {
    return this.#weights.get(name);
  }

  /** Throws unless the inputs are what the wrapper takes: by default float32, `[B, D]`. */
  protected checkInputs(where: string, inputs: Tensor2D): void {
    checkInputs(where, inputs, this.#weights.inputSize);
  }

  override get variables(): ReadonlyMap<string, Variable> {
    const own = [...this.#weights.variables];
    const [before, after] = [own.slice(0, this.weightsBeforeCell), own.slice(this.weightsBeforeCell)];
    const inOrder = [{ variables: new Map(before) }, this.cell, { variables: new Map(after) }];
    return mergeVariables(this.constructor.name, inOrder);
  }

  override build(inputSize: number, { scope, ...context }: BuildContext = {}): void {
    const where = `${this.constructor.name}.build`;
    const inner = this.name === '' ? scope : scoped(scope, this.name);
    const below = { ...context, ...(inner !== undefined && { scope: inner }) };
    atomically(() => {
      this.#weights.make(where, inputSize, below, () => this.declareWeights(inputSize));
      this.cell.build?.(this.cellInputSize(inputSize), below);
    });
  }

  override call(inputs: Tensor2D, state: S): [Tensor2D, S] {
    return this.#call(this.cell, inputs, state);
  }

  forSequence(batchSize: number, inputSize: number, options?: SequenceOptions): RNNCell<S> {
    const drawn = this.cell.forSequence?.(batchSize, this.cellInputSize(inputSize), options) ?? this.cell;
    return drawn === this.cell ? this : cellForPass(this, (inputs, state) => this.#call(drawn, inputs, state));
  }

  #call(cell: RNNCell<Inner>, inputs: Tensor2D, state: S): [Tensor2D, S] {
    const where = `${this.constructor.name}.call`;
    this.checkInputs(where, inputs);
    checkState(where, 'state', state, this.stateSize, inputs.shape[0]);
    return tidyState(() => {
      this.build(inputs.shape[1]);
      return this.step(inputs, state, cell);
    });
  }

  /** Frees the weights, the cell's too, unless they belong to a store that was passed in. */
  override dispose(): void {
    this.#weights.dispose();
    this.cell.dispose?.();
  }
}
