import { type RNNCell, VariableStore, zeros } from '@rnn/cells';
import { product } from '@rnn/kernels';
import type { KernelChoice, Model } from '@rnn/trainers';
import { dynamicRnn } from '@rnn/unroll';
import { add, type Rank, type Tensor2D, type Tensor3D, tidy, type Variable } from '@tensorflow/tfjs-core';

/** `sequenceClassifier` with `swapMemory`, an option that the trainers' models do not have: `dynamicRnn` and a dense layer. */
export class SwappingClassifier implements Model {
  #store = new VariableStore();

  constructor(
    private readonly cell: RNNCell,
    private readonly classes: number,
    private readonly kernel: KernelChoice,
  ) {}

  get variables(): ReadonlyMap<string, Variable> {
    return this.#store.variables;
  }

  build([, inputSize = 0]: readonly number[], options: { readonly seed?: number } = {}): void {
    this.#store = new VariableStore(options);
    this.cell.build?.(inputSize, { scope: 'rnn', store: this.#store });
    this.#store.getVariable('dense/kernel', [this.cell.outputSize, this.classes]);
    this.#store.getVariable('dense/bias', [this.classes], { initializer: zeros() });
  }

  apply(inputs: Tensor3D): Tensor2D {
    const [kernel, bias] = ['dense/kernel', 'dense/bias'].map((name) => this.variables.get(name));
    return tidy(() => {
      const options = { kernel: this.kernel, returnSequences: false, swapMemory: true } as const;
      const [last] = dynamicRnn(this.cell, inputs, options);
      return add<Tensor2D>(product(kernel as Variable<Rank.R2>)(last), bias as Variable<Rank.R1>);
    });
  }

  dispose(): void {
    this.#store.dispose();
  }
}
