import { type Tensor, type Tensor2D, tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from './argument-error';
import type { BuildContext, RNNCell } from './cell';
import { checkCount } from './checks';
import { type State, type StateSize, zeroState } from './state';
import { type SizeOf, shapeText } from './tensor-shape';

/** The values of variables by name: row-major, with their shapes. */
export type NamedWeights = Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>;

/** What every cell of this package offers beyond a step: a zero state, and its weights by name. */
export abstract class BaseRNNCell<S extends State, I extends Tensor = Tensor2D, O extends Tensor = Tensor2D>
  implements RNNCell<S, I, O>
{
  abstract readonly stateSize: StateSize;
  abstract readonly outputSize: SizeOf<O>;
  abstract readonly variables: ReadonlyMap<string, Variable>;

  abstract call(inputs: I, state: S): [O, S];
  abstract build(inputSize: SizeOf<I>, context?: BuildContext): void;
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
      throw new ArgumentError(where, 'a cell whose weights are made', 'one without', 'Call build first.');
    }
    const given = Object.keys(weights ?? {});
    const missing = names.filter((name) => !given.includes(name));
    const unknown = given.filter((name) => !names.includes(name));
    const wrong = [...listed('missing', missing), ...listed('not of this cell', unknown)];
    if (wrong.length > 0) {
      const expected = `each weight of the cell by its full name, ${names.length} in all`;
      throw new ArgumentError(where, expected, [given.length, ...wrong].join('; '));
    }
    for (const [name, target] of this.variables) {
      const expected = valuesText(target.shape, target.size);
      const got = valuesText(weights[name]?.shape, weights[name]?.data?.length);
      if (expected !== got) throw new ArgumentError(where, `${name} to be ${expected}`, got);
    }
    tidy(() => {
      for (const [name, target] of this.variables)
        target.assign(tensor(Float32Array.from(weights[name]?.data ?? []), target.shape));
    });
  }
}

const valuesText = (shape: readonly number[] | undefined, count: number | undefined): string =>
  `{ shape: ${shape && shapeText(shape)}, data: ${count === undefined ? count : `${count} values`} }`;

const listed = (what: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`${what}: ${names.join(', ')}`];
