import type { Variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import { type BuildContext, scoped } from '../cell';
import { checkCount, checkThat } from '../checks';
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

/** What `make` has made. */
interface Made {
  readonly inputSize: number;
  readonly scope: string | undefined;
  /** By their full names. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** Holds the weights where no store was given. */
  readonly own: VariableStore | undefined;
}

/** The weights of one cell or wrapper: made once, when the width of the inputs is known. `W` are their short names. */
export class LayerWeights<W extends string> {
  readonly #store: VariableStore | undefined;
  readonly #reuse: Reuse;
  #made: Made | undefined;

  constructor(where: string, { store, reuse = false }: SharingOptions) {
    // Not by its class, of which a program may hold two: ES module and CommonJS.
    const isStore = store === undefined || typeof store?.getVariable === 'function';
    checkThat(isStore, where, 'store to be a VariableStore', store);
    checkThat(typeof reuse === 'boolean' || reuse === 'auto', where, "reuse to be true, false or 'auto'", reuse);
    if (reuse === true && store === undefined) {
      const remedy = 'Pass the VariableStore that holds the variables, or share one instance of the cell.';
      throw new ArgumentError(where, 'a store together with reuse: true', 'none', remedy);
    }
    this.#store = store;
    this.#reuse = reuse;
  }

  /** The weight of this short name. */
  get<T extends Variable>(name: W): T {
    return this.#made?.variables.get(scoped(this.#made.scope, name)) as T;
  }

  /** By their full names. Empty before `make`. */
  get variables(): ReadonlyMap<string, Variable> {
    return this.#made?.variables ?? new Map();
  }

  /** D, once it is known. */
  get inputSize(): number | undefined {
    return this.#made?.inputSize;
  }

  /** Makes all that `declare` gives, below `scope`, or nothing when one cannot be made. A second call for the same width changes nothing. */
  make(
    where: string,
    inputSize: number,
    { scope, store }: BuildContext,
    declare: () => Record<W, WeightDeclaration>,
  ): void {
    checkCount(where, 'inputSize', inputSize);
    if (this.inputSize === inputSize) return;
    if (this.inputSize !== undefined) {
      const expected = `inputSize ${this.inputSize}, for which the weights were made`;
      const remedy = 'A cell has one input size; make another cell for the other inputs.';
      throw new ArgumentError(where, expected, `${inputSize}`, remedy);
    }
    const given = this.#store ?? store;
    const home = given ?? new VariableStore();
    const variables = new Map<string, Variable>();
    atomically(() => {
      for (const [key, { shape, ...options }] of Object.entries<WeightDeclaration>(declare())) {
        const name = scoped(scope, key);
        variables.set(name, home.getVariable(name, shape, { ...options, reuse: this.#reuse }));
      }
    });
    this.#made = { inputSize, scope, variables, own: given === undefined ? home : undefined };
    undoOnThrow(() => {
      this.#made = undefined;
    });
  }

  /** Frees the weights, unless they belong to a store that was passed in. The next `make` makes them again. */
  dispose(): void {
    this.#made?.own?.dispose();
    this.#made = undefined;
  }
}
