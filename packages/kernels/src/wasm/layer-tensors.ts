import type { DataId } from '@tensorflow/tfjs-core';
import type { Kind } from './kinds/kind';
import type { LayerGradients, LayerInputs, Product } from './stack-inputs';

/** The weights besides its products that an LSTM may have. */
const peepholeNames = ['peepholeF', 'peepholeI', 'peepholeO'] as const;

/**
 * A layer's arrays from those of its tensors, which `arrays` gives by name; undefined for those that it does not have. Those of its products are not
 * looked at before they are asked for.
 */
export function layerInputs(
  { products }: Kind,
  units: number,
  arrays: (name: string) => Float32Array | undefined,
): Pick<LayerInputs, 'units' | 'h0' | 'c0' | 'products' | 'peepholes' | 'projection'> {
  const all = (names: readonly string[]): Float32Array => joined(names.map((name) => arrays(name) as Float32Array));
  const given = products.map(({ kernel, bias }): Product => {
    return {
      get kernel() {
        return all(kernel);
      },
      get bias() {
        return all(bias);
      },
    };
  });
  return {
    ...{ units, h0: arrays('h'), c0: arrays('c'), products: given, projection: arrays('projection') },
    ...(arrays('peepholeF') && { peepholes: peepholeNames.map((name) => arrays(name) as Float32Array) }),
  };
}

/** H of a layer, by the lengths of its tensors. */
export const unitsOfLayer = ({ products: [first] }: Kind, lengthOf: (name: string) => number): number =>
  (first?.bias ?? []).reduce((sum, name) => sum + lengthOf(name), 0) / (first?.biases as number);

/** The data of a layer's weights, which `idOf` gives by name; undefined for those that it does not have. */
export const weightIds = ({ products }: Kind, idOf: (name: string) => DataId | undefined): (DataId | undefined)[] =>
  [...products.flatMap(({ kernel, bias }) => [...kernel, ...bias]), ...peepholeNames, 'projection'].map(idOf);

/** Where a layer's gradients hold that of each of its tensors, whose sizes `sizeOf` gives; undefined for those that it does not have. */
export function gradientsOfLayer(
  { products }: Kind,
  sizeOf: (name: string) => number | undefined,
): [name: string, pick: (gradients: LayerGradients) => Float32Array | undefined][] {
  /** Of tensors whose gradients lie one after the other. */
  const each = (names: readonly string[], pick: (gradients: LayerGradients) => Float32Array | undefined) => {
    let end = 0;
    return names.map((name): ReturnType<typeof gradientsOfLayer>[number] => {
      const begin = end;
      end += sizeOf(name) as number;
      const until = end;
      return [name, (gradients) => pick(gradients)?.subarray(begin, until)];
    });
  };
  const all: ReturnType<typeof gradientsOfLayer> = [
    ['h', ({ h0 }) => h0],
    ['c', ({ c0 }) => c0],
    ...products.flatMap(({ kernel, bias }, p) => [
      ...each(kernel, (gradients) => gradients.products[p]?.kernel),
      ...each(bias, (gradients) => gradients.products[p]?.bias),
    ]),
    ...peepholeNames.map((name, p): (typeof all)[number] => [name, ({ peepholes }) => peepholes?.[p]]),
    ['projection', ({ projection }) => projection],
  ];
  return all.filter(([name]) => sizeOf(name) !== undefined);
}

/** The parts one after the other; a single one as it is. */
function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0] as Float32Array;
  const all = new Float32Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
