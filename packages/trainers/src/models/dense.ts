import { type Initializer, type VariableStore, zeros } from '@rnn/cells';
import { product } from '@rnn/kernels';
import { add, type Rank, type Tensor2D, type Variable } from '@tensorflow/tfjs-core';

export interface DenseOptions {
  /** K, the width of the output. */
  readonly units: number;
  /** Default: Glorot's uniform one. */
  readonly kernelInitializer?: Initializer | undefined;
  /** Default: zeros. */
  readonly biasInitializer?: Initializer | undefined;
}

/** A dense layer without activation: `x [B, P] · kernel + bias`. Variables: `dense/kernel [P, K]`, `dense/bias [K]`. */
export class Dense {
  readonly #kernel: Variable<Rank.R2>;
  readonly #bias: Variable<Rank.R1>;

  constructor(inputSize: number, store: VariableStore, options: DenseOptions) {
    const { units, kernelInitializer, biasInitializer = zeros() } = options;
    const kernel = kernelInitializer && { initializer: kernelInitializer };
    this.#kernel = store.getVariable('dense/kernel', [inputSize, units], { ...kernel }) as Variable<Rank.R2>;
    this.#bias = store.getVariable('dense/bias', [units], { initializer: biasInitializer }) as Variable<Rank.R1>;
  }

  get variables(): ReadonlyMap<string, Variable> {
    return new Map<string, Variable>([
      ['dense/kernel', this.#kernel],
      ['dense/bias', this.#bias],
    ]);
  }

  apply(x: Tensor2D): Tensor2D {
    return add<Tensor2D>(product(this.#kernel)(x), this.#bias);
  }
}
