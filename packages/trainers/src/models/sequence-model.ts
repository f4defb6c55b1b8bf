import { ArgumentError, type RNNCell, tidyState, VariableStore } from '@rnn/cells';
import type { Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs-core';
import { checkChoice } from '../checks';
import { shapeText } from '../shape-text';
import { Dense, type DenseOptions } from './dense';
import { type KernelChoice, lastOutput, type Runner, runners, type SequenceRun } from './last-output';
import type { ApplyOptions, Model } from './model';

/** What every model of a sequence takes. */
export interface SequenceModelOptions {
  /** Any cell; one that is built already keeps its variables and their names, and is not freed with the model. One built in part is refused. */
  readonly cell: RNNCell;
  /**
   * A second cell, which runs from the last step to the first: the model is then bidirectional. What it predicts from is the last output of both,
   * forward before backward, `[B, P forward + P backward]`. Default: none.
   */
  readonly backwardCell?: RNNCell | undefined;
  /** Default: `dynamic`. */
  readonly runner?: Runner | undefined;
  /** `fused` throws where there is no fused kernel, with the reason. Default: `auto`. */
  readonly kernel?: KernelChoice | undefined;
  /** Of the dynamic runner: few states are kept for the backward pass, and the others computed again. Default: false. */
  readonly swapMemory?: boolean | undefined;
}

/** The last output of a cell's run over the sequence, or of two cells' in both directions, and a dense layer on it or none. */
export class SequenceModel implements Model {
  readonly #where: string;
  readonly #run: SequenceRun;
  /** Each with the first part of its variables' names. */
  readonly #cells: readonly { readonly cell: RNNCell; readonly scope: string }[];
  readonly #head: DenseOptions | undefined;
  #built: { readonly inputSize: number; readonly store: VariableStore; readonly own: readonly RNNCell[] } | undefined;
  #dense: Dense | undefined;

  constructor(where: string, options: SequenceModelOptions, head?: DenseOptions) {
    const { cell, backwardCell, runner = 'dynamic', kernel = 'auto', swapMemory = false } = options;
    checkChoice(where, 'runner', runner, runners);
    this.#where = where;
    if (swapMemory && runner === 'static')
      throw new ArgumentError(where, "runner 'dynamic' with swapMemory", `'${runner}'`);
    this.#run = { cell, backwardCell, runner, kernel, swapMemory };
    this.#cells =
      backwardCell === undefined
        ? [{ cell, scope: 'rnn' }]
        : [
            { cell, scope: 'bidirectional_rnn/fw' },
            { cell: backwardCell, scope: 'bidirectional_rnn/bw' },
          ];
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
    const found = this.#cells.map(({ cell }) => variablesOf(cell).size);
    const own = this.#cells.filter((_, i) => found[i] === 0).map(({ cell }) => cell);
    this.#built = { inputSize, store, own };
    try {
      tidyState(() => {
        for (const { cell, scope } of this.#cells) cell.build?.(inputSize, { scope, store });
        this.#checkCells(inputSize, found);
        const width = this.#cells.reduce((sum, { cell }) => sum + cell.outputSize, 0);
        if (this.#head !== undefined) this.#dense = new Dense(width, store, this.#head);
      });
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  apply(inputs: Tensor3D, { training }: ApplyOptions = {}): Tensor2D {
    if (inputs.rank !== 3 || inputs.dtype !== 'float32') {
      const got = `${shapeText(inputs.shape)}, ${inputs.dtype}`;
      throw new ArgumentError(`${this.#where}.apply`, 'inputs to have shape [B, T, D], float32', got);
    }
    const wasBuilt = this.#built !== undefined;
    try {
      return tidyState(() => {
        this.build(inputs.shape.slice(1));
        const output = lastOutput({ ...this.#run, training }, inputs);
        return this.#dense === undefined ? output : this.#dense.apply(output);
      });
    } catch (error) {
      if (!wasBuilt) this.dispose();
      throw error;
    }
  }

  dispose(): void {
    for (const cell of this.#built?.own ?? []) if (variablesOf(cell).size > 0) cell.dispose?.();
    this.#built?.store.dispose();
    this.#built = undefined;
    this.#dense = undefined;
  }

  #cellVariables(): ReadonlyMap<string, Variable> {
    return new Map(this.#cells.flatMap(({ cell }) => [...variablesOf(cell)]));
  }

  #checkCells(inputSize: number, found: readonly number[]): void {
    const where = `${this.#where}.build`;
    const sizes = this.#cells.map(({ cell }) => variablesOf(cell).size);
    for (const [i, size] of sizes.entries()) {
      // A cell half of whose weights are the model's could neither be freed with the model nor outlive it.
      if (found[i] === 0 || found[i] === size) continue;
      const expected = 'a cell that has all of its variables or none';
      const remedy = `Call cell.build(${inputSize}) first, or make its parts without inputSize.`;
      throw new ArgumentError(where, expected, `one that has ${found[i]} of ${size}`, remedy);
    }
    // A name that stands for two variables would train one of them.
    if (this.#cellVariables().size < sizes.reduce((sum, size) => sum + size, 0)) {
      const expected = 'cell and backwardCell to have variables of their own, under different names';
      const twice = `${[...variablesOf(this.#run.cell).keys()].join(', ')} twice`;
      const remedy = `Make two cells without inputSize, or call build(${inputSize}, { scope }) of each with another scope.`;
      throw new ArgumentError(where, expected, twice, remedy);
    }
  }
}

const variablesOf = (cell: RNNCell): ReadonlyMap<string, Variable> => cell.variables ?? new Map();
