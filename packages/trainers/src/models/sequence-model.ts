import { ArgumentError, type RandomStreams, type RNNCell, tidyState, VariableStore } from '@rnn/cells';
import type { Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs-core';
import { checkChoice } from '../checks';
import { shapeText } from '../shape-text';
import { type CellLayer, cellLayers, drawnAs } from './cell-layers';
import { Dense, type DenseOptions } from './dense';
import { type Head, heads, type KernelChoice, lastOutput, type Runner, runners, type SequenceRun } from './last-output';
import type { ApplyOptions, Model } from './model';

/** What every model of a sequence takes. */
export interface SequenceModelOptions {
  /**
   * Any cell, or a list of layers, the first first. One that is built already keeps its variables and their names, and is not freed with the
   * model. One built in part is refused.
   */
  readonly cell: RNNCell | readonly RNNCell[];
  /**
   * A second cell, which runs from the last step to the first: the model is then bidirectional, and predicts from outputs of both, forward before
   * backward, `[B, P forward + P backward]`. For layers a list of as many; both cells of a layer see both directions of the one below.
   * Default: none.
   */
  readonly backwardCell?: RNNCell | readonly RNNCell[] | undefined;
  /**
   * With a `backwardCell`: whether it predicts from the last output of both cells, which for the backward one is that of the first step in time
   * (`ends`), or from the outputs of the last step in time, of which the backward one has seen that step alone (`last`). Default: `ends`.
   */
  readonly head?: Head | undefined;
  /** Default: `dynamic`. */
  readonly runner?: Runner | undefined;
  /** `fused` throws where there is no fused kernel, with the reason. Default: `auto`. */
  readonly kernel?: KernelChoice | undefined;
  /** Of the dynamic runner: few states are kept for the backward pass, and the others computed again. Default: false. */
  readonly swapMemory?: boolean | undefined;
}

/** The last output of a run over the sequence, in one direction or both, and a dense layer on it or none. */
export class SequenceModel implements Model {
  readonly #where: string;
  readonly #run: SequenceRun;
  readonly #layers: readonly CellLayer[];
  /** Of all layers, in order of creation. */
  readonly #cells: readonly RNNCell[];
  readonly #denseOptions: DenseOptions | undefined;
  #built: { readonly inputSize: number; readonly store: VariableStore; readonly own: readonly RNNCell[] } | undefined;
  #dense: Dense | undefined;

  constructor(where: string, options: SequenceModelOptions, denseOptions?: DenseOptions) {
    const { backwardCell, head, runner = 'dynamic', kernel = 'auto', swapMemory = false } = options;
    checkChoice(where, 'runner', runner, runners);
    if (head !== undefined) checkChoice(where, 'head', head, heads);
    if (head !== undefined && backwardCell === undefined)
      throw new ArgumentError(where, 'a backwardCell with head', 'none');
    if (swapMemory && runner === 'static')
      throw new ArgumentError(where, "runner 'dynamic' with swapMemory", `'${runner}'`);
    this.#where = where;
    this.#layers = cellLayers(where, options, runner);
    this.#cells = this.#layers.flat().map(({ cell }) => cell);
    const oneWay = (way: 0 | 1) => this.#layers.flatMap((layer) => layer[way]?.cell ?? []);
    const cells = { cells: oneWay(0), backwardCells: backwardCell && oneWay(1) };
    this.#run = { ...cells, head: head ?? 'ends', runner, kernel, swapMemory };
    this.#denseOptions = denseOptions;
  }

  get variables(): ReadonlyMap<string, Variable> {
    if (this.#built === undefined) return new Map();
    return new Map([...this.#cellVariables(), ...(this.#dense?.variables ?? [])]);
  }

  get streams(): RandomStreams | undefined {
    return this.#built?.store.streams;
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
    const store = new VariableStore({ seed, drawnAs });
    const found = this.#cells.map((cell) => variablesOf(cell).size);
    const own = this.#cells.filter((_, i) => found[i] === 0);
    this.#built = { inputSize, store, own };
    try {
      tidyState(() => {
        let width = inputSize;
        const widths: number[] = [];
        for (const layer of this.#layers) {
          for (const { cell, scope } of layer) {
            cell.build?.(width, { scope, store });
            widths.push(width);
          }
          width = layer.reduce((sum, { cell }) => sum + cell.outputSize, 0);
        }
        this.#checkCells(found, widths);
        if (this.#denseOptions !== undefined) this.#dense = new Dense(width, store, this.#denseOptions);
      });
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  apply(inputs: Tensor3D, { training, sequenceLength }: ApplyOptions = {}): Tensor2D {
    if (inputs.rank !== 3 || inputs.dtype !== 'float32') {
      const got = `${shapeText(inputs.shape)}, ${inputs.dtype}`;
      throw new ArgumentError(`${this.#where}.apply`, 'inputs to have shape [B, T, D], float32', got);
    }
    const wasBuilt = this.#built !== undefined;
    try {
      return tidyState(() => {
        this.build(inputs.shape.slice(1));
        const output = lastOutput({ ...this.#run, training, sequenceLength }, inputs);
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
    return new Map(this.#cells.flatMap((cell) => [...variablesOf(cell)]));
  }

  /** @param found How many variables each cell had before. @param widths Of each cell's inputs. */
  #checkCells(found: readonly number[], widths: readonly number[]): void {
    const where = `${this.#where}.build`;
    const names = new Set<string>();
    for (const [i, cell] of this.#cells.entries()) {
      const own = [...variablesOf(cell).keys()];
      // A cell half of whose weights are the model's could neither be freed with the model nor outlive it.
      if (found[i] !== 0 && found[i] !== own.length) {
        const expected = 'a cell that has all of its variables or none';
        const remedy = `Call cell.build(${widths[i]}) first, or make its parts without inputSize.`;
        throw new ArgumentError(where, expected, `one that has ${found[i]} of ${own.length}`, remedy);
      }
      // A name that stands for two variables would train one of them.
      const twice = own.filter((name) => names.has(name));
      if (twice.length > 0) {
        const expected = 'cell and backwardCell to have variables of their own, under different names';
        const remedy = `Make two cells without inputSize, or call build(${widths[i]}, { scope }) of each with another scope.`;
        throw new ArgumentError(where, expected, `${twice.join(', ')} twice`, remedy);
      }
      for (const name of own) names.add(name);
    }
  }
}

const variablesOf = (cell: RNNCell): ReadonlyMap<string, Variable> => cell.variables ?? new Map();
