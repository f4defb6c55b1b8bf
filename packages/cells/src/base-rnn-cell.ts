import { type Tensor, type Tensor2D, tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from './argument-error';
import type { BuildContext, RNNCell } from './cell';
import { checkCount } from './checks';
import { type State, type StateSize, zeroState } from './state';
import type { SizeOf } from './tensor-shape';

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
      throw new ArgumentError(
        where,
        'a cell whose weights are made',
        'one without',
        'Pass inputSize, or call build first.',
      );
    }
    const given = Object.keys(weights ?? {});
    const missing = names.filter((name) => !given.includes(name));
    const unknown = given.filter((name) => !names.includes(name));
    if (missing.length > 0 || unknown.length > 0) {
      const got = [`${given.length}`, ...listed('missing', missing), ...listed('not of this cell', unknown)].join('; ');
      throw new ArgumentError(where, `each weight of the cell by its full name, ${names.length} in all`, got);
    }
    const targets = [...this.variables].map(([name, target]) => ({ name, target, ...weights[name] }));
    for (const { name, target, shape, data } of targets) {
      if (shape?.join() !== target.shape.join() || data?.length !== target.size) {
        const expected = `${name} to be { shape: [${target.shape.join(', ')}], data: ${target.size} values }`;
        const got = `{ shape: ${shape && `[${shape.join(', ')}]`}, data: ${data && `${data.length} values`} }`;
        throw new ArgumentError(where, expected, got);
      }
    }
    tidy(() => {
      for (const { target, data } of targets) target.assign(tensor(Float32Array.from(data ?? []), target.shape));
    });
  }
}

const listed = (what: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`${what}: ${names.join(', ')}`];
