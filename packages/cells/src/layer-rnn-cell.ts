import type { Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from './argument-error';
import { BaseRNNCell } from './base-rnn-cell';
import { type BuildContext, scoped } from './cell';
import { checkOptions } from './check-options';
import { checkCount, checkInputs } from './checks';
import { checkState, type State } from './state';
import { tidyState } from './tidy-state';
import { LayerWeights, type SharingOptions, type WeightDeclaration } from './weights/layer-weights';

export type { WeightDeclaration } from './weights/layer-weights';

/** What every cell with weights takes besides its own options. */
export interface LayerOptions extends SharingOptions {
  /** The cell's part of its variables' names. Default: the class's name in TensorFlow, such as `basic_lstm_cell`. */
  name?: string;
  /** TensorFlow.js computes recurrent networks in float32 only. */
  dtype?: 'float32';
  /** Makes the weights at once, for inputs `[B, inputSize]`, under the names of a cell that no runner has called. */
  inputSize?: number;
}

/**
 * A cell with weights of its own: names them, makes them when the input size is first known, and checks what a step is given.
 * A cell extends it with its sizes, `declareWeights` and `step`; `W` are the short names of its weights.
 */
export abstract class LayerRNNCell<S extends State, W extends string> extends BaseRNNCell<S> {
  readonly name: string;
  readonly #weights: LayerWeights<W>;

  /** @param numUnits H, the number of units. */
  constructor(
    readonly numUnits: number,
    defaultName: string,
    options: LayerOptions,
  ) {
    super();
    const where = new.target.name;
    checkCount(where, 'numUnits', numUnits);
    checkOptions(where, options);
    const { name = defaultName, dtype = 'float32', ...sharing } = options;
    if (dtype !== 'float32') {
      throw new ArgumentError(
        where,
        "dtype to be 'float32'",
        `'${dtype}'`,
        'TensorFlow.js has no other floating-point type.',
      );
    }
    this.name = name;
    this.#weights = new LayerWeights(where, sharing);
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
    return this.#weights.get(name);
  }

  override get variables(): ReadonlyMap<string, Variable> {
    return this.#weights.variables;
  }

  /** D, once it is known. */
  get inputSize(): number | undefined {
    return this.#weights.inputSize;
  }

  override build(inputSize: number, { scope, ...context }: BuildContext = {}): void {
    const where = `${this.constructor.name}.build`;
    const below = { ...context, scope: scoped(scope, this.name) };
    this.#weights.make(where, inputSize, below, () => this.declareWeights(inputSize));
  }

  override call(inputs: Tensor2D, state: S): [Tensor2D, S] {
    return this.checkedStep(inputs, state, () => this.step(inputs, state));
  }

  /** `step` on checked arguments, with the weights made; what it does not return is freed. */
  protected checkedStep(inputs: Tensor2D, state: S, step: () => [Tensor2D, S]): [Tensor2D, S] {
    const where = `${this.constructor.name}.call`;
    checkInputs(where, inputs, this.inputSize);
    checkState(where, 'state', state, this.stateSize, inputs.shape[0]);
    return tidyState(() => {
      this.build(inputs.shape[1]);
      return step();
    });
  }

  /** Frees the weights, unless they belong to a store that was passed in. The cell is then as new: its next use makes weights again. */
  override dispose(): void {
    this.#weights.dispose();
  }
}
