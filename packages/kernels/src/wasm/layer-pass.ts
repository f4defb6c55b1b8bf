import type { Blocks } from './blocks';
import type { Engine } from './engine';
import { kindNames } from './kinds/kinds';
import {
  type Extent,
  fieldOf,
  gradientFloats,
  gradientRegions,
  joinedFloats,
  type LayerSizes,
  layerSizes,
  ofProducts,
  savedRegions,
  spanOf,
  stepRegions,
  sumRegions,
  transposedRegions,
  weightRegions,
} from './layer-layout';
import type { Scratch } from './scratch';
import { makeSequence, type SequenceRecord, sequenceBytes, writeSequence } from './sequence-record';
import type { Slice } from './split-rows';
import type { FinalState, LayerGradients, LayerInputs, Product, StackOptions } from './stack-inputs';

/** Those of the inputs that are arrays. */
type LayerArrays = Pick<LayerInputs, 'h0' | 'c0' | 'products' | 'peepholes' | 'projection'>;

/** What a stack tells its layers for a run. */
export interface StackRun extends Omit<Extent, 'rows'> {
  readonly slices: readonly Slice[];
  /** Of each slice, the steps that all its rows take; and the address of the rows' lengths, 0 where all take all. */
  readonly shortest: readonly number[];
  readonly lengths: number;
  /** Whether windows will be run again in the backward run. */
  readonly saves: boolean;
  /** What stays for the backward run; what the run gives back at its end; the threads' own places. */
  readonly kept: Blocks;
  readonly passing: Blocks;
  readonly scratch: Scratch;
}

/** One layer of a stack in the engine's memory: forward, and for training backward once. */
export class LayerPass {
  readonly sizes: LayerSizes;
  readonly #engine: Engine;
  readonly #stack: StackOptions;
  readonly #inputs: Omit<LayerInputs, keyof LayerArrays>;
  /** Views of TensorFlow.js' memory, which hold until that grows: gone when they are loaded. */
  #arrays: LayerArrays | undefined;
  readonly #hasState: boolean;
  /** A Sequence for each slice. */
  #sequences: readonly number[] = [];
  /** The products' kernels and the projection, as they were given. */
  #kernels: readonly number[] = [];
  #projection = 0;
  /** Of the run that has begun: its results, and the sums of each slice. */
  #given: SequenceRecord = {};
  #sums: readonly SequenceRecord[] = [];

  /** @param inputs The width of x. */
  constructor(layer: LayerInputs, inputs: number, stack: StackOptions, on: Engine) {
    const { h0, c0, products, peepholes, projection, ...rest } = layer;
    this.#engine = on;
    this.#stack = stack;
    this.sizes = layerSizes(layer, inputs);
    this.#inputs = rest;
    this.#arrays = { h0, c0, products, peepholes, projection };
    this.#hasState = h0 !== undefined;
  }

  /** The addresses of the Sequences in the engine's memory, one for each slice. */
  get sequences(): readonly number[] {
    return this.#sequences;
  }

  /** What each slice needs while a run is at this layer, besides what stays. */
  scratchOf(run: StackRun, { count: rows }: Slice, direction: 'forward' | 'backward', withX: boolean): SequenceRecord {
    if (direction === 'backward') return gradientRegions(this.sizes, { ...run, rows }, withX);
    return run.training ? {} : stepRegions(this.sizes, { ...run, rows });
  }

  /** Allocates all that the forward run needs besides x and the outputs, which lie at these addresses, and writes its inputs there. */
  loadForward(run: StackRun, x: number, out: number): void {
    const { batch } = this.#stack;
    const { units, outputs, kind } = this.sizes;
    const { h0, c0 } = this.#arrays as LayerArrays;
    const { kept, passing } = run;
    const place = (floats: number, given = true): number => (given ? passing.allocate(floats) : 0);
    const ends = {
      h0: place(batch * outputs, h0 !== undefined),
      c0: place(batch * units, c0 !== undefined),
      hEnd: place(batch * outputs),
      cEnd: place(batch * units, kind.hasCell),
    };
    this.#given = ends;
    const shared = [this.#constants(run), { x, out }, ends, this.#loadWeights(run)];
    this.#sequences = run.slices.map(({ thread, first, count: rows }, i) => {
      const extent = { ...run, rows };
      const regions = stepRegions(this.sizes, extent);
      const own = [
        { rows, firstRow: first, shortest: run.shortest[i] as number },
        run.training ? kept.allocateAll(regions) : run.scratch.place(thread, regions),
        run.saves ? kept.allocateAll(savedRegions(this.sizes, extent)) : {},
      ];
      const address = kept.allocate(sequenceBytes / 4);
      makeSequence(this.#engine.floats, address, [...shared, ...own]);
      return address;
    });
    const { floats } = this.#engine;
    if (h0 !== undefined) floats.set(h0, ends.h0 / 4);
    if (c0 !== undefined) floats.set(c0, ends.c0 / 4);
    this.#arrays = undefined;
  }

  /** The addresses of the packed weights: for inference those of an earlier run, where they are kept. */
  #loadWeights({ kept, passing, training }: StackRun): SequenceRecord {
    const { kind, data } = this.#inputs;
    if (training) return this.#packWeights(kept, kept);
    if (data === undefined) return this.#packWeights(passing, passing);
    const reading = `${kind} ${this.sizes.inputs} ${this.sizes.units}`;
    return this.#engine.weights.take(data, reading, (blocks) => this.#packWeights(blocks, passing));
  }

  /** @param given What holds the weights as they were given. */
  #packWeights(blocks: Blocks, given: Blocks): SequenceRecord {
    const { inputs, units, width, outputs, outputWidth, kind } = this.sizes;
    const { peepholes, projection, ...arrays } = this.#arrays as LayerArrays;
    // Once: reading them may join several tensors.
    const products = arrays.products.map(({ kernel, bias }): Product => ({ kernel, bias }));
    const packed = blocks.allocateAll(weightRegions(this.sizes));
    this.#kernels = products.map(({ kernel }) => given.allocate(kernel.length));
    const biases = products.map(({ bias }) => given.allocate(bias.length));
    this.#projection = projection === undefined ? 0 : given.allocate(projection.length);
    const { floats, functions } = this.#engine;
    for (const [p, { kernel, bias }] of products.entries()) {
      const { gates, biases: count } = kind.products[p] as { gates: number; biases: number };
      const [kernelAt, biasAt] = [this.#kernels[p] as number, biases[p] as number];
      const { weights, bias: to } = fieldsOf(p, packed, 'weights', 'bias');
      floats.set(kernel, kernelAt / 4);
      floats.set(bias, biasAt / 4);
      functions.packWeights(kernelAt, weights, inputs + outputs, inputs + outputWidth, units, width, gates);
      functions.packBias(biasAt, to, units, width, count);
    }
    if (peepholes !== undefined) {
      const peepholesAt = packed.peepholes as number;
      floats.fill(0, peepholesAt / 4, peepholesAt / 4 + 3 * width);
      for (const [p, peephole] of peepholes.entries()) floats.set(peephole, peepholesAt / 4 + p * width);
    }
    if (projection !== undefined) {
      floats.set(projection, this.#projection / 4);
      functions.packWeights(this.#projection, packed.projection as number, units, width, outputs, outputWidth, 1);
    }
    return packed;
  }

  /** What is the same in both runs. */
  #constants({ run, window, training, lengths }: StackRun): SequenceRecord {
    const { steps, batch, reverse, batchMajor = false } = this.#stack;
    const { inputs, units, width, outputs, outputWidth } = this.sizes;
    const { kind, relu = false, forgetBias = 0, cellClip, projClip } = this.#inputs;
    const [step, row] = batchMajor ? [4, 4 * steps] : [4 * batch, 4];
    return {
      kind: kindNames.indexOf(kind),
      total: run,
      window,
      inputs,
      units,
      width,
      outputs,
      outputWidth,
      rowBytes: 4 * joinedFloats(this.sizes),
      lengths,
      xStep: step * inputs,
      xRow: row * inputs,
      outStep: step * outputs,
      outRow: row * outputs,
      reverse: reverse ? 1 : 0,
      training: training ? 1 : 0,
      relu: relu ? 1 : 0,
      forgetBias,
      cellClip: cellClip ?? -1,
      projClip: projClip ?? -1,
    };
  }

  /** What the forward run has given. */
  readForward(): FinalState {
    const { batch } = this.#stack;
    const { hEnd = 0, cEnd = 0 } = this.#given;
    const h = this.#view(hEnd, batch * this.sizes.outputs);
    return cEnd === 0 ? { h } : { h, c: this.#view(cEnd, batch * this.sizes.units) };
  }

  /** Allocates all that the backward run needs besides the gradients of x and of the outputs, and writes that of the final state there. */
  loadBackward(run: StackRun, dx: number, dOut: number, dEnd: FinalState): void {
    const { batch } = this.#stack;
    const { units, width, outputs, kind } = this.sizes;
    const { passing } = run;
    const withX = dx !== 0;
    const ofState = (floats: number): number => (this.#hasState ? passing.allocate(floats) : 0);
    const given = {
      // The outputs' own block is gone; windows that are run again write none.
      ...{ dx, dOut, out: 0, dhEnd: passing.allocate(batch * outputs), dh0: ofState(batch * outputs) },
      ...(kind.hasCell && { dcEnd: passing.allocate(batch * units), dc0: ofState(batch * units) }),
    };
    const transposed = passing.allocateAll(transposedRegions(this.sizes, withX));
    this.#given = given;
    this.#sums = run.slices.map(() => passing.allocateAll(sumRegions(this.sizes)));
    const rowBytes = ofProducts(this.sizes, (_, __, p) => ({ dRowBytes: 4 * gradientFloats(this.sizes, p) }));
    const records = run.slices.map(({ count: rows, thread }, i) => {
      const extent = { ...run, rows };
      return {
        ...{ ...given, ...transposed, ...this.#sums[i], ...rowBytes, span: spanOf(this.sizes, extent) },
        ...run.scratch.place(thread, gradientRegions(this.sizes, extent, withX)),
      };
    });
    const { floats } = this.#engine;
    for (const [i, record] of records.entries()) writeSequence(floats, this.#sequences[i] as number, [record]);
    const clear = (address: number, count: number) => floats.fill(0, address / 4, address / 4 + count);
    for (const sums of this.#sums) {
      for (const [p, { biases }] of kind.products.entries()) clear(fieldsOf(p, sums, 'dBias').dBias, biases * width);
      if (sums.dPeepholes) clear(sums.dPeepholes, 3 * width);
    }
    this.#transposeWeights(transposed, withX);
    floats.set(dEnd.h, given.dhEnd / 4);
    if (given.dcEnd !== undefined) floats.set(dEnd.c as Float32Array, given.dcEnd / 4);
  }

  #transposeWeights(transposed: SequenceRecord, withX: boolean): void {
    const { inputs, units, width, outputs, outputWidth, kind, isProjected } = this.sizes;
    const { packTransposed } = this.#engine.functions;
    for (const [p, { gates }] of kind.products.entries()) {
      const kernel = this.#kernels[p] as number;
      const { stateWeightsT, inputWeightsT } = fieldsOf(p, transposed, 'stateWeightsT', 'inputWeightsT');
      packTransposed(kernel, stateWeightsT, inputs, outputs, units, width, gates);
      if (withX) packTransposed(kernel, inputWeightsT, 0, inputs, units, width, gates);
    }
    if (isProjected)
      packTransposed(this.#projection, transposed.projectionT as number, 0, units, outputs, outputWidth, 1);
  }

  /** What the backward run has given, the slices' sums added. */
  readBackward(): LayerGradients {
    const { batch } = this.#stack;
    const { units, width, outputs, outputWidth, hasPeepholes, isProjected, kind } = this.sizes;
    const { functions } = this.#engine;
    const sizes = Object.entries(sumRegions(this.sizes)).filter(([, size]) => size > 0) as [
      keyof SequenceRecord,
      number,
    ][];
    const [sum, ...others] = this.#sums as [SequenceRecord, ...SequenceRecord[]];
    for (const other of others)
      for (const [name, size] of sizes) functions.addInto(sum[name] as number, other[name] as number, size);
    const { dh0 = 0, dc0 = 0 } = this.#given;
    const { dPeepholes = 0, dProjection = 0 } = sum;
    if (isProjected) functions.unpack(dProjection, this.#projection, units, outputs, outputWidth, 1);
    return {
      ...(dh0 !== 0 && { h0: this.#view(dh0, batch * outputs) }),
      ...(dc0 !== 0 && { c0: this.#view(dc0, batch * units) }),
      products: kind.products.map((_, p) => this.#unpack(sum, p)),
      ...(hasPeepholes && { peepholes: [0, 1, 2].map((p) => this.#view(dPeepholes + 4 * p * width, units)) }),
      ...(isProjected && { projection: this.#view(this.#projection, units * outputs) }),
    };
  }

  /** The gradient of a product in TensorFlow's layout. */
  #unpack(sum: SequenceRecord, p: number): Product {
    const { inputs, units, width, outputs, kind } = this.sizes;
    const { unpack } = this.#engine.functions;
    const { gates, biases } = kind.products[p] as { gates: number; biases: number };
    const { dWeights, dBias } = fieldsOf(p, sum, 'dWeights', 'dBias');
    // The kernel itself is needed no more: its place takes its gradient. So do the packed gradients' that of the bias.
    const kernelAt = this.#kernels[p] as number;
    unpack(dWeights, kernelAt, inputs + outputs, units, width, gates);
    unpack(dBias, dWeights, 1, units, width, biases);
    const kernelFloats = (inputs + outputs) * gates * units;
    return { kernel: this.#view(kernelAt, kernelFloats), bias: this.#view(dWeights, biases * units) };
  }

  #view(address: number, floats: number): Float32Array {
    return this.#engine.floats.subarray(address / 4, address / 4 + floats);
  }
}

/** The fields of the p-th product by the names of the first's. */
function fieldsOf<Name extends keyof SequenceRecord>(p: number, record: SequenceRecord, ...names: Name[]) {
  const entries = names.map((name) => [name, record[fieldOf(p, name)]]);
  return Object.fromEntries(entries) as Record<Name, number>;
}
