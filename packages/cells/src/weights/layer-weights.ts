import type { Variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import { type BuildContext, scoped } from '../cell';
import { checkCount, describeValue } from '../checks';
import { atomically, undoOnThrow } from './atomically';
import type { Initializer } from './initializers';
import { type Reuse, VariableStore } from './variable-store';

/** How one weight is made. Without an initializer: Glorot's uniform one. */
export interface WeightDeclaration {
  readonly shape: readonly number[];
  readonly initializer?: Initializer;
  /** Default: true. */
  readonly trainable?: boolean;
}

/** Where a layer's variables are. */
export interface SharingOptions {
  /** Where the variables are made and looked up. Default: a store of the cell's own. */
  store?: VariableStore;
  /** Whether the variables are to be found in `store` (`true`), made there (`false`, the default), or either (`'auto'`). */
  reuse?: Reuse;
}

/** The weights of one cell or wrapper: made once, when the width of the inputs is known. `W` are their short names. */
export class LayerWeights<W extends string> {
  readonly #store: VariableStore | undefined;
  readonly #reuse: Reuse;
  /** Holds the weights where no store was given. */
  #own: VariableStore | undefined;
  #inputSize: number | undefined;
  #weights: ReadonlyMap<W, Variable> = new Map();
  #variables: ReadonlyMap<string, Variable> = new Map();

  constructor(where: string, { store, reuse = false }: SharingOptions) {
    // Not by its class, of which a program may hold two: ES module and CommonJS.
    if (store !== undefined && typeof store?.getVariable !== 'function')
      throw new ArgumentError(where, 'store to be a VariableStore', describeValue(store));
    if (typeof reuse !== 'boolean' && reuse !== 'auto')
      throw new ArgumentError(where, "reuse to be true, false or 'auto'", describeValue(reuse));
    if (reuse === true && store === undefined) {
      const remedy = 'Pass the VariableStore that holds the variables, or share one instance of the cell.';
      throw new ArgumentError(where, 'a store together with reuse: true', 'none', remedy);
    }
    this.#store = store;
    this.#reuse = reuse;
  }

  /** The weight of this short name. */
  get<T extends Variable>(name: W): T {
    return this.#weights.get(name) as T;
  }

  /** By their full names. Empty before `make`. */
  get variables(): ReadonlyMap<string, Variable> {
    return this.#variables;
  }

  /** D, once it is known. */
  get inputSize(): number | undefined {
    return this.#inputSize;
  }

  /** Makes all that `declare` gives, below `scope`, or nothing when one cannot be made. A second call for the same width changes nothing. */
  make(
    where: string,
    inputSize: number,
    { scope, store }: BuildContext,
    declare: () => Record<W, WeightDeclaration>,
  ): void {
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
      for (const [key, { shape, ...options }] of Object.entries<WeightDeclaration>(declare())) {
        const name = scoped(scope, key);
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

  /** Frees the weights, unless they belong to a store that was passed in. The next `make` makes them again. */
  dispose(): void {
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
