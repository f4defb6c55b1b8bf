import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from './argument-error';
import { BaseRNNCell } from './base-rnn-cell';
import { type BuildContext, scoped } from './cell';
import { checkOptions } from './check-options';
import { checkCount, checkInputs, checkThat } from './checks';
import { checkState, describeState, type State } from './state';
import { dimsOf, type SizeOf, sizeOf, type TensorShape } from './tensor-shape';
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
export abstract class LayerRNNCell<
  S extends State,
  W extends string,
  I extends Tensor = Tensor2D,
  O extends Tensor = Tensor2D,
> extends BaseRNNCell<S, I, O> {
  readonly name: string;
  readonly inputShape?: TensorShape;
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
    const remedy = 'TensorFlow.js has no other floating-point type.';
    checkThat(dtype === 'float32', where, "dtype to be 'float32'", dtype, remedy);
    this.name = name;
    this.#weights = new LayerWeights(where, sharing);
  }

  /** The weights in TensorFlow's order of creation. */
  protected abstract declareWeights(inputSize: number): Record<W, WeightDeclaration>;

  /** One step on checked arguments, with the weights made. */
  protected abstract step(inputs: I, state: S): [O, S];

  /** For the end of a constructor, when all that `declareWeights` reads is set. */
  protected buildIfSized({ inputSize }: LayerOptions): void {
    if (inputSize !== undefined) this.build(inputSize as SizeOf<I>);
  }

  /** The weight of this short name. */
  protected weight<T extends Variable>(name: W): T {
    return this.#weights.get(name);
  }

  override get variables(): ReadonlyMap<string, Variable> {
    return this.#weights.variables;
  }

  /** D, once it is known: the last axis of the inputs. */
  get inputSize(): number | undefined {
    return this.#weights.inputSize;
  }

  override build(inputSize: SizeOf<I>, { scope, ...context }: BuildContext = {}): void {
    const where = `${this.constructor.name}.build`;
    const below = { ...context, scope: scoped(scope, this.name) };
    const { inputShape } = this;
    if (inputShape !== undefined && describeState(inputSize) !== describeState(inputShape))
      throw new ArgumentError(where, `inputSize ${describeState(inputShape)}`, describeState(inputSize));
    const D = dimsOf(inputSize).at(-1) as number;
    this.#weights.make(where, D, below, () => this.declareWeights(D));
  }

  override call(inputs: I, state: S): [O, S] {
    return this.checkedStep(inputs, state, () => this.step(inputs, state));
  }

  /** `step` on checked arguments, with the weights made; what it does not return is freed. */
  protected checkedStep(inputs: I, state: S, step: () => [O, S]): [O, S] {
    const where = `${this.constructor.name}.call`;
    checkInputs(where, inputs, this.inputShape ?? this.inputSize);
    checkState(where, 'state', state, this.stateSize, inputs.shape[0] as number);
    return tidyState(() => {
      this.build(sizeOf(inputs));
      return step();
    });
  }

  /** Frees the weights, unless they belong to a store that was passed in. The cell is then as new: its next use makes weights again. */
  override dispose(): void {
    this.#weights.dispose();
  }
}
