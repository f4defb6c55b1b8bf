import { type Tensor2D, tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from './argument-error';
import type { BuildContext, RNNCell } from './cell';
import { checkCount } from './checks';
import { type State, type StateSize, zeroState } from './state';

/** The values of variables by name: row-major, with their shapes. */
export type NamedWeights = Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>;

/** What every cell of this package offers beyond a step: a zero state, and its weights by name. */
export abstract class BaseRNNCell<S extends State> implements RNNCell<S> {
  abstract readonly stateSize: StateSize;
  abstract readonly outputSize: number;
  abstract readonly variables: ReadonlyMap<string, Variable>;

  abstract call(inputs: Tensor2D, state: S): [Tensor2D, S];
  abstract build(inputSize: number, context?: BuildContext): void;
  /** Frees the weights, unless they belong to a store that was passed in. */
  abstract dispose(): void;

  /** A zero state for `batchSize` rows. */
  zeroState(batchSize: number): S {
    checkCount(`${this.constructor.name}.zeroState`, 'batchSize', batchSize);
    return zeroState<S>(this.stateSize, batchSize);
  }

  /** Copies of the weights by their full names. */
  async getWeights(): Promise<NamedWeights> {
    const entries = [...this.variables].map(async ([name, variable]) => {
      const data = Float32Array.from(await variable.data());
      return [name, { shape: variable.shape, data }] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Sets every weight by its full name. Throws before anything is changed when one is missing, unknown or of another shape. */
  setWeights(weights: NamedWeights): void {
    const where = `${this.constructor.name}.setWeights`;
    const names = [...this.variables.keys()];
    if (names.length === 0) {
      throw new ArgumentError(
        where,
        'a cell whose weights are made',
        'one without',
        'Pass inputSize, or call build first.',
      );
    }
    const given = Object.keys(weights);
    if ([...names].sort().join() !== [...given].sort().join()) {
      throw new ArgumentError(where, `the weights ${names.join(', ')}`, given.join(', ') || 'none');
    }
    const pairs = Object.entries(weights).map(([name, weight]) => ({
      name,
      weight,
      target: this.variables.get(name) as Variable,
    }));
    for (const { name, weight, target } of pairs) {
      if (weight.shape.join() !== target.shape.join() || weight.data.length !== target.size) {
        const got = `[${weight.shape.join(', ')}] with ${weight.data.length} values`;
        throw new ArgumentError(where, `${name} of shape [${target.shape.join(', ')}]`, got);
      }
    }
    tidy(() => {
      for (const { weight, target } of pairs) target.assign(tensor(Float32Array.from(weight.data), target.shape));
    });
  }
}
