import type { DataId, NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import type { Kind } from './kinds/kind';
import type { LayerGradients, LayerInputs, Product } from './stack-inputs';

/** The weights besides its products that an LSTM may have. */
const peepholeNames = ['peepholeF', 'peepholeI', 'peepholeO'] as const;

/** A layer's arrays, those of its tensors. Those of its products are not looked at before they are asked for. */
export function layerInputs(
  { products }: Kind,
  tensors: NamedTensorMap,
  view: (tensor: Tensor) => Float32Array,
): Pick<LayerInputs, 'units' | 'h0' | 'c0' | 'products' | 'peepholes' | 'projection'> {
  const { h, c, peepholeF, projection } = tensors;
  const array = (name: string): Float32Array => view(tensors[name] as Tensor);
  const [first] = products;
  const biasFloats = (first?.bias ?? []).reduce((sum, name) => sum + (tensors[name] as Tensor).size, 0);
  return {
    units: biasFloats / (first?.biases as number),
    ...{ h0: h && view(h), c0: c && view(c), projection: projection && view(projection) },
    products: products.map(
      ({ kernel, bias }): Product => ({
        get kernel() {
          return joined(kernel.map(array));
        },
        get bias() {
          return joined(bias.map(array));
        },
      }),
    ),
    ...(peepholeF && { peepholes: peepholeNames.map(array) }),
  };
}

/** The data of a layer's weights; undefined for those that it does not have. */
export const weightIds = ({ products }: Kind, tensors: NamedTensorMap): (DataId | undefined)[] =>
  [...products.flatMap(({ kernel, bias }) => [...kernel, ...bias]), ...peepholeNames, 'projection'].map(
    (name) => tensors[name]?.dataId,
  );

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
