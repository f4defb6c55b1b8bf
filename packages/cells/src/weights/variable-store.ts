import { type Tensor, tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import { Random } from '../random';
import { RandomStreams } from '../random-streams';
import { countOf, shapeText } from '../tensor-shape';
import { undoOnThrow } from './atomically';
import { glorotUniform, type Initializer } from './initializers';

/** `true`: the variable must exist. `false`: it must not. `'auto'` (TensorFlow's `AUTO_REUSE`): made when it does not. */
export type Reuse = boolean | 'auto';

/** What TensorFlow raises when a variable exists that must not, does not exist that must, or has another shape. */
export class VariableError extends Error {
  override readonly name = 'VariableError';
}

/**
 * Variables by their full name, as a TensorFlow 1 graph holds them: `rnn/basic_lstm_cell/kernel`. Cells that are given the same store see
 * each other's variables and share them by `reuse`. The store owns what it made; `dispose` frees it.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { VariableStore } from '@rnn/cells';
 *
 * const store = new VariableStore({ seed: 7 });
 * const kernel = store.getVariable('dense/kernel', [3, 2]);
 * console.log(kernel.shape, store.getVariable('dense/kernel', [3, 2], { reuse: true }) === kernel); // [3, 2] true
 * store.dispose();
 * ```
 */
export class VariableStore {
  readonly seed: number;
  /** What the cells that are built in it draw while they train: the masks of dropout and zoneout. */
  readonly streams: RandomStreams;
  readonly #drawnAs: (name: string) => string;
  readonly #variables = new Map<string, Variable>();

  /**
   * @param options.seed Every variable's first values, and every stream, follow from it and the name; a random one if left out.
   * @param options.drawnAs The name that they follow from, where that is not their own: networks whose variables TensorFlow names differently can
   *   so begin alike.
   */
  constructor({
    seed,
    drawnAs = (name) => name,
  }: { seed?: number | undefined; drawnAs?: ((name: string) => string) | undefined } = {}) {
    this.streams = new RandomStreams(seed, drawnAs);
    this.seed = this.streams.seed;
    this.#drawnAs = drawnAs;
  }

  /** In order of creation. */
  get variables(): ReadonlyMap<string, Variable> {
    return this.#variables;
  }

  /**
   * The variable of this name, float32. Throws `VariableError` with TensorFlow's words where `reuse` or the shape forbid it.
   * Initialised by `initializer`, by default Glorot's uniform one.
   */
  getVariable(
    name: string,
    shape: readonly number[],
    {
      initializer = glorotUniform(),
      reuse = false,
      trainable = true,
    }: { initializer?: Initializer; reuse?: Reuse; trainable?: boolean } = {},
  ): Variable {
    const found = this.#variables.get(name);
    if (found === undefined) {
      if (reuse !== true) return this.#make(name, shape, initializer, trainable);
      throw new VariableError(
        `Variable ${name} does not exist, or was not created with getVariable(). Did you mean to set reuse: 'auto'?`,
      );
    }
    if (reuse === false) {
      throw new VariableError(
        `Variable ${name} already exists, disallowed. Did you mean to set reuse: true or reuse: 'auto'?`,
      );
    }
    if (found.shape.join() !== shape.join()) {
      throw new VariableError(
        `Trying to share variable ${name}, but specified shape (${shape.join(', ')}) and found shape (${found.shape.join(', ')}).`,
      );
    }
    return found;
  }

  /** Frees one variable, or all of them. */
  dispose(name?: string): void {
    for (const [key, value] of this.#variables) {
      if (name !== undefined && key !== name) continue;
      value.dispose();
      this.#variables.delete(key);
    }
  }

  #make(name: string, shape: readonly number[], initializer: Initializer, trainable: boolean): Variable {
    const values = initializer(shape, new Random(this.seed, this.#drawnAs(name)));
    const expected = `${countOf(shape)} values for shape ${shapeText(shape)}`;
    if (values.length !== countOf(shape))
      throw new ArgumentError(`initializer of ${name}`, expected, `${values.length}`);
    // TensorFlow.js allows a name once in a process; ours are unique in a store, so theirs stays its own.
    const made = tidy(() => variable(tensor(values, [...shape], 'float32') as Tensor, trainable));
    this.#variables.set(name, made);
    undoOnThrow(() => this.dispose(name));
    return made;
  }
}
