import { ArgumentError, type RNNCell, tidyState, VariableStore } from '@rnn/cells';
import type { Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs-core';
import { checkChoice } from '../checks';
import { shapeText } from '../shape-text';
import { Dense, type DenseOptions } from './dense';
import { type KernelChoice, lastOutput, type Runner, runners } from './last-output';
import type { Model } from './model';

/** What every model of one cell takes. */
export interface SequenceModelOptions {
  /** Any cell; one that is built already keeps its variables and their names, and is not freed with the model. One built in part is refused. */
  readonly cell: RNNCell;
  /** Default: `dynamic`. */
  readonly runner?: Runner;
  /** `fused` throws where there is no fused kernel, with the reason. Default: `auto`. */
  readonly kernel?: KernelChoice;
}

/** The last output of a cell's run over the sequence, and a dense layer on it or none. */
export class SequenceModel implements Model {
  readonly #where: string;
  readonly #cell: RNNCell;
  readonly #runner: Runner;
  readonly #kernel: KernelChoice;
  readonly #head: DenseOptions | undefined;
  #built: { readonly inputSize: number; readonly store: VariableStore; readonly foundCellBuilt: boolean } | undefined;
  #dense: Dense | undefined;

  constructor(where: string, { cell, runner = 'dynamic', kernel = 'auto' }: SequenceModelOptions, head?: DenseOptions) {
    checkChoice(where, 'runner', runner, runners);
    this.#where = where;
    this.#cell = cell;
    this.#runner = runner;
    this.#kernel = kernel;
    this.#head = head;
  }

  get variables(): ReadonlyMap<string, Variable> {
    if (this.#built === undefined) return new Map();
    return new Map([...this.#cellVariables(), ...(this.#dense?.variables ?? [])]);
  }

  build(inputShape: readonly number[], { seed }: { readonly seed?: number } = {}): void {
    const [steps = 0, inputSize = 0] = inputShape;
    if (inputShape.length !== 2 || !inputShape.every((n) => Number.isInteger(n) && n > 0)) {
      throw new ArgumentError(`${this.#where}.build`, 'inputShape to be [T, D], both above 0', shapeText(inputShape));
    }
    if (this.#built !== undefined) {
      if (this.#built.inputSize === inputSize) return;
      const expected = `inputShape [${steps}, ${this.#built.inputSize}], for which the variables were made`;
      throw new ArgumentError(`${this.#where}.build`, expected, shapeText(inputShape), 'Make another model.');
    }
    const store = new VariableStore(seed === undefined ? {} : { seed });
    const found = this.#cellVariables().size;
    this.#built = { inputSize, store, foundCellBuilt: found > 0 };
    try {
      tidyState(() => {
        this.#cell.build?.(inputSize, { scope: 'rnn', store });
        this.#checkCellWhole(inputSize, found);
        if (this.#head !== undefined) this.#dense = new Dense(this.#cell.outputSize, store, this.#head);
      });
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  apply(inputs: Tensor3D): Tensor2D {
    if (inputs.rank !== 3 || inputs.dtype !== 'float32') {
      const got = `${shapeText(inputs.shape)}, ${inputs.dtype}`;
      throw new ArgumentError(`${this.#where}.apply`, 'inputs to have shape [B, T, D], float32', got);
    }
    const wasBuilt = this.#built !== undefined;
    try {
      return tidyState(() => {
        this.build(inputs.shape.slice(1));
        const output = lastOutput(this.#cell, inputs, this.#runner, this.#kernel);
        return this.#dense === undefined ? output : this.#dense.apply(output);
      });
    } catch (error) {
      if (!wasBuilt) this.dispose();
      throw error;
    }
  }

  dispose(): void {
    if (this.#built?.foundCellBuilt === false && this.#cellVariables().size > 0) this.#cell.dispose?.();
    this.#built?.store.dispose();
    this.#built = undefined;
    this.#dense = undefined;
  }

  #cellVariables(): ReadonlyMap<string, Variable> {
    return this.#cell.variables ?? new Map();
  }

  /** A cell half of whose weights are the model's could neither be freed with the model nor outlive it. */
  #checkCellWhole(inputSize: number, found: number): void {
    const { size } = this.#cellVariables();
    if (found === 0 || found === size) return;
    const expected = 'a cell that has all of its variables or none';
    const remedy = `Call cell.build(${inputSize}) first, or make its parts without inputSize.`;
    throw new ArgumentError(`${this.#where}.build`, expected, `one that has ${found} of ${size}`, remedy);
  }
}
