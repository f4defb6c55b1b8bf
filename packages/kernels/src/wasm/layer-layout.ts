import type { Kind } from './kinds/kind';
import { kinds } from './kinds/kinds';
import type { Field, SequenceRecord } from './sequence-record';
import type { LayerInputs } from './stack-inputs';

/** The sizes of a layer. */
export interface LayerSizes {
  readonly kind: Kind;
  /** The width of x. */
  readonly inputs: number;
  /** H, and H rounded up to 8. */
  readonly units: number;
  readonly width: number;
  /** The width of h: P with a projection, H without; and rounded up to 8. */
  readonly outputs: number;
  readonly outputWidth: number;
  readonly hasPeepholes: boolean;
  readonly isProjected: boolean;
  readonly clipsProjection: boolean;
}

/** How much of a sequence a thread holds at once. */
export interface Extent {
  /** Rows of the batch. */
  readonly rows: number;
  /** Steps that are run: up to the longest length. */
  readonly run: number;
  /** Steps that the regions hold. */
  readonly window: number;
  readonly training: boolean;
}

/** Sizes of regions in floats, by the Sequence's field that will hold the address; those of 0 are not made. */
export type Regions = SequenceRecord;

const ceil8 = (n: number): number => Math.ceil(n / 8) * 8;

export function layerSizes({ kind, units, peepholes, projection, projClip }: LayerInputs, inputs: number): LayerSizes {
  const outputs = projection === undefined ? units : projection.length / units;
  return {
    ...{ kind: kinds[kind], inputs, units, width: ceil8(units), outputs, outputWidth: ceil8(outputs) },
    ...{ hasPeepholes: peepholes !== undefined, isProjected: projection !== undefined },
    clipsProjection: projClip !== undefined,
  };
}

/** Multiplications of a row's step. */
export function workOf({ kind, inputs, outputWidth, width, isProjected }: LayerSizes): number {
  const gates = kind.products.reduce((sum, product) => sum + product.gates, 0);
  return (inputs + outputWidth) * width * gates + (isProjected ? width * outputWidth : 0);
}

/** Floats of a row of `joined`: a little more than it must have, so that rows do not fall on the same lines of the cache. */
export const joinedFloats = ({ inputs, outputWidth }: LayerSizes): number => inputs + outputWidth + 4;

/** Likewise of a row of gradients of the p-th product. */
export const gradientFloats = ({ kind, width }: LayerSizes, p: number): number =>
  (kind.products[p]?.biases as number) * width + 16;

/** The field of the p-th product in a Sequence, by that of the first: those of the second end in 2. */
export const fieldOf = (p: number, name: Field): Field => (p === 0 ? name : (`${name}${p + 1}` as Field));

/** The fields of all products, from those of each by the names of the first. */
export function ofProducts(
  { kind }: LayerSizes,
  fields: (gates: number, biases: number, p: number) => SequenceRecord,
): SequenceRecord {
  const all: SequenceRecord = {};
  for (const [p, { gates, biases }] of kind.products.entries())
    for (const [name, value] of Object.entries(fields(gates, biases, p))) all[fieldOf(p, name as Field)] = value;
  return all;
}

/** The packed weights of the forward run. */
export function weightRegions(sizes: LayerSizes): Regions {
  const { inputs, width, outputWidth, hasPeepholes, isProjected } = sizes;
  return {
    ...ofProducts(sizes, (gates, biases) => ({
      ...{ weights: gates * width * (inputs + outputWidth), bias: biases * width },
    })),
    ...{ peepholes: hasPeepholes ? 3 * width : 0, projection: isProjected ? outputWidth * width : 0 },
  };
}

/** What a forward run writes, step by step; the backward run reads it. */
export function stepRegions(sizes: LayerSizes, { rows, window, training }: Extent): Regions {
  const { kind, width, outputWidth, isProjected, clipsProjection } = sizes;
  const gate = width * rows;
  const steps = training ? window : 1;
  return {
    joined: (window + 1) * rows * joinedFloats(sizes),
    ...ofProducts(sizes, (gates) => ({ gates: steps * gates * gate })),
    cells: kind.hasCell ? (training ? window + 1 : 2) * gate : 0,
    ...Object.fromEntries(kind.ofEachStep.map((name) => [name, steps * gate])),
    m: isProjected ? steps * gate : 0,
    projected: clipsProjection ? steps * outputWidth * rows : 0,
  };
}

/** The states before each window, where there are several and a backward run will follow. */
export function savedRegions({ kind, width, outputWidth }: LayerSizes, { rows, run, window }: Extent): Regions {
  const windows = Math.ceil(run / window);
  return { savedH: windows * rows * outputWidth, savedC: kind.hasCell ? windows * rows * width : 0 };
}

/** The packed weights of the backward run. */
export function transposedRegions(sizes: LayerSizes, withX: boolean): Regions {
  const { inputs, width, outputWidth, isProjected } = sizes;
  return {
    ...ofProducts(sizes, (gates) => ({
      ...{ stateWeightsT: outputWidth * gates * width, inputWeightsT: withX ? ceil8(inputs) * gates * width : 0 },
    })),
    projectionT: isProjected ? outputWidth * width : 0,
  };
}

/** The weights' gradients of one thread. */
export function sumRegions(sizes: LayerSizes): Regions {
  const { inputs, width, outputWidth, hasPeepholes, isProjected } = sizes;
  return {
    ...ofProducts(sizes, (gates, biases) => ({
      ...{ dWeights: (inputs + outputWidth) * gates * width, dBias: biases * width },
    })),
    dPeepholes: hasPeepholes ? 3 * width : 0,
    dProjection: isProjected ? width * outputWidth : 0,
  };
}

/** Half a megabyte of gradients of gates: with the weights' gradients, which they are multiplied into, they stay in a second-level cache of a megabyte or two. */
const spanFloats = 131_072;

/** Steps of a window whose gates' gradients are held at once. */
export function spanOf({ kind, width }: LayerSizes, { rows, window }: Extent): number {
  const ofStep = kind.products.reduce((sum, { biases }) => sum + biases * width * rows, 0);
  return Math.max(1, Math.min(window, Math.floor(spanFloats / ofStep)));
}

/** What a backward run needs for itself. */
export function gradientRegions(sizes: LayerSizes, extent: Extent, withX: boolean): Regions {
  const { kind, inputs, width, outputWidth, isProjected } = sizes;
  const { rows } = extent;
  const span = spanOf(sizes, extent);
  const [gate, output] = [width * rows, outputWidth * rows];
  return {
    ...ofProducts(sizes, (_, biases, p) => ({
      ...{ dGates: span * biases * gate, dRow: rows * gradientFloats(sizes, p) },
    })),
    ...{ dh: output, heldH: output, dxRow: withX ? ceil8(inputs) * rows : 0 },
    ...Object.fromEntries(kind.ofOneStep.map((name) => [name, gate])),
    ...(isProjected && { dProjected: span * output, dProjectedRow: output, dM: gate }),
  };
}
