import type { Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from './argument-error';
import { BaseRNNCell } from './base-rnn-cell';
import { type BuildContext, scoped } from './cell';
import { checkCount, checkInputs } from './checks';
import { checkState, type State } from './state';
import { tidyState } from './tidy-state';
import { atomically, undoOnThrow } from './weights/atomically';
import type { Initializer } from './weights/initializers';
import { type Reuse, VariableStore } from './weights/variable-store';

/** What every cell with weights takes besides its own options. */
export interface LayerOptions {
  /** The cell's part of its variables' names. Default: the class's name in TensorFlow, such as `basic_lstm_cell`. */
  name?: string;
  /** TensorFlow.js computes recurrent networks in float32 only. */
  dtype?: 'float32';
  /** Makes the weights at once, for inputs `[B, inputSize]`, under the names of a cell that no runner has called. */
  inputSize?: number;
  /** Where the variables are made and looked up. Default: a store of the cell's own. */
  store?: VariableStore;
  /** Whether the variables are to be found in `store` (`true`), made there (`false`, the default), or either (`'auto'`). */
  reuse?: Reuse;
}

/** How one weight is made. Without an initializer: Glorot's uniform one. */
export interface WeightDeclaration {
  readonly shape: readonly number[];
  readonly initializer?: Initializer;
}

/**
 * A cell with weights of its own: names them, makes them when the input size is first known, and checks what a step is given.
 * A cell extends it with its sizes, `declareWeights` and `step`; `W` are the short names of its weights.
 */
export abstract class LayerRNNCell<S extends State, W extends string> extends BaseRNNCell<S> {
  readonly name: string;
  readonly #store: VariableStore | undefined;
  readonly #reuse: Reuse;
  /** Holds the weights where no store was given. */
  #own: VariableStore | undefined;
  #inputSize: number | undefined;
  #weights: ReadonlyMap<W, Variable> = new Map();
  #variables: ReadonlyMap<string, Variable> = new Map();

  /** @param numUnits H, the number of units. */
  constructor(
    readonly numUnits: number,
    defaultName: string,
    { name = defaultName, dtype = 'float32', store, reuse = false }: LayerOptions,
  ) {
    super();
    const where = new.target.name;
    checkCount(where, 'numUnits', numUnits);
    if (dtype !== 'float32') {
      throw new ArgumentError(
        where,
        "dtype to be 'float32'",
        `'${dtype}'`,
        'TensorFlow.js has no other floating-point type.',
      );
    }
    if (reuse === true && store === undefined) {
      const remedy = 'Pass the VariableStore that holds the variables, or share one instance of the cell.';
      throw new ArgumentError(where, 'a store together with reuse: true', 'none', remedy);
    }
    this.name = name;
    this.#store = store;
    this.#reuse = reuse;
  }

  /** The weights in TensorFlow's order of creation. */
  protected abstract declareWeights(inputSize: number): Record<W, WeightDeclaration>;

  /** One step on checked arguments, with the weights made. */
  protected abstract step(inputs: Tensor2D, state: S): [Tensor2D, S];

  /** For the end of a constructor, when all that `declareWeights` reads is set. */
  protected buildIfSized({ inputSize }: LayerOptions): void {
    if (inputSize !== undefined) this.build(inputSize);
  }

  /** The weight of this short name. */
  protected weight<T extends Variable>(name: W): T {
    return this.#weights.get(name) as T;
  }

  override get variables(): ReadonlyMap<string, Variable> {
    return this.#variables;
  }

  /** D, once it is known. */
  get inputSize(): number | undefined {
    return this.#inputSize;
  }

  override build(inputSize: number, { scope, store }: BuildContext = {}): void {
    const where = `${this.constructor.name}.build`;
    checkCount(where, 'inputSize', inputSize);
    if (this.#inputSize === inputSize) return;
    if (this.#inputSize !== undefined) {
      const remedy = 'A cell has one input size; make another cell for the other inputs.';
      throw new ArgumentError(
        where,
        `inputSize ${this.#inputSize}, for which the weights were made`,
        `${inputSize}`,
        remedy,
      );
    }
    const given = this.#store ?? store;
    const home = given ?? new VariableStore();
    const weights = new Map<W, Variable>();
    const variables = new Map<string, Variable>();
    atomically(() => {
      for (const [key, { shape, ...options }] of Object.entries<WeightDeclaration>(this.declareWeights(inputSize))) {
        const name = scoped(scope, `${this.name}/${key}`);
        const variable = home.getVariable(name, shape, { ...options, reuse: this.#reuse });
        weights.set(key as W, variable);
        variables.set(name, variable);
      }
    });
    undoOnThrow(() => this.#forget());
    if (given === undefined) this.#own = home;
    this.#weights = weights;
    this.#variables = variables;
    this.#inputSize = inputSize;
  }

  override call(inputs: Tensor2D, state: S): [Tensor2D, S] {
    const where = `${this.constructor.name}.call`;
    checkInputs(where, inputs, this.#inputSize);
    checkState(where, 'state', state, this.stateSize, inputs.shape[0]);
    return tidyState(() => {
      this.build(inputs.shape[1]);
      return this.step(inputs, state);
    });
  }

  /** Frees the weights, unless they belong to a store that was passed in. The cell is then as new: its next use makes weights again. */
  override dispose(): void {
    this.#own?.dispose();
    this.#forget();
  }

  #forget(): void {
    this.#own = undefined;
    this.#weights = new Map();
    this.#variables = new Map();
    this.#inputSize = undefined;
  }
}
