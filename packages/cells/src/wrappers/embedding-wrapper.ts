import { cast, matMul, oneHot, reshape, Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import type { RNNCell } from '../cell';
import { checkCount, describeValue } from '../checks';
import type { State, StateSize } from '../state';
import { type Initializer, randomUniform } from '../weights/initializers';
import { WeightedWrapper, type WrapperOptions } from './weighted-wrapper';

export interface EmbeddingWrapperOptions extends WrapperOptions {
  /** C, how many ids there are. */
  embeddingClasses: number;
  /** E, the width of the vector that stands for an id. */
  embeddingSize: number;
  /** Of the vectors. Default: uniform in ±√3, whose variance is 1. */
  initializer?: Initializer;
}

/**
 * Looks ids up in a table of vectors before the cell, as `tf.contrib.rnn.EmbeddingWrapper`.
 *
 *     output, state' = cell(embedding[x], state)
 *
 * Inputs: ids `[B, 1]`, whole numbers from 0 to C - 1, in float32 (as the runners have their inputs) or int32; another id stands for zeros,
 * where TensorFlow throws on a CPU. State and output: the cell's. Weights: `embedding [C, E]`, then the cell's, all below `embedding_wrapper`.
 */
export class EmbeddingWrapper<S extends State> extends WeightedWrapper<S, 'embedding'> {
  readonly stateSize: StateSize;
  readonly outputSize: number;
  readonly embeddingClasses: number;
  readonly embeddingSize: number;
  protected readonly weightsBeforeCell = 1;
  readonly #initializer: Initializer;

  constructor(cell: RNNCell<S>, options: EmbeddingWrapperOptions) {
    super(cell, 'embedding_wrapper', options);
    const { embeddingClasses, embeddingSize } = options;
    checkCount('EmbeddingWrapper', 'embeddingClasses', embeddingClasses);
    checkCount('EmbeddingWrapper', 'embeddingSize', embeddingSize);
    this.stateSize = cell.stateSize;
    this.outputSize = cell.outputSize;
    this.embeddingClasses = embeddingClasses;
    this.embeddingSize = embeddingSize;
    this.#initializer = options.initializer ?? randomUniform({ minval: -Math.sqrt(3), maxval: Math.sqrt(3) });
  }

  protected declareWeights() {
    const shape = [this.embeddingClasses, this.embeddingSize];
    return { embedding: { shape, initializer: this.#initializer } };
  }

  protected cellInputSize(): number {
    return this.embeddingSize;
  }

  protected override checkInputs(where: string, inputs: Tensor2D): void {
    if (!(inputs instanceof Tensor) || inputs.rank !== 2 || inputs.shape[1] !== 1)
      throw new ArgumentError(where, 'inputs to be ids of shape [B, 1]', describeValue(inputs));
    if (inputs.dtype !== 'float32' && inputs.dtype !== 'int32')
      throw new ArgumentError(where, 'inputs of dtype float32 or int32', inputs.dtype, 'Cast them first.');
  }

  protected step(ids: Tensor2D, state: S, cell: RNNCell<S>): [Tensor2D, S] {
    const flat = cast(reshape(ids, [-1]), 'int32') as Tensor1D;
    // A product, because TensorFlow.js' wasm backend cannot differentiate a gather.
    const chosen = cast(oneHot(flat, this.embeddingClasses), 'float32') as Tensor2D;
    return cell.call(matMul(chosen, this.weight('embedding')) as Tensor2D, state);
  }
}
