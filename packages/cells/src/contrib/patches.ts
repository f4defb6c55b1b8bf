import { concat, pad, reshape, slice, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';

/**
 * What a kernel sees at each place of `x [B, …places, C]`, for any number of axes of places: `[B · places, kernel places · C]`, in the order of a
 * kernel `[…kernelShape, C, outputs]`, so that the product with its rows is a convolution. Stride 1; beyond the edges are zeros, as many as keep
 * the number of places (`SAME`), the odd one at the end.
 *
 * Not TensorFlow.js' own convolutions: those in two dimensions have no gradient to the kernel on wasm.
 */
export function patches(x: Tensor, kernelShape: readonly number[]): Tensor2D {
  const [batchSize = 0, ...dims] = x.shape;
  const [places, channels] = [dims.slice(0, -1), dims.at(-1) ?? 0];
  const around = kernelShape.map((size): [number, number] => [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)]);
  const padded = pad(x, [[0, 0], ...around, [0, 0]]);
  const shifted = offsets(kernelShape).map((offset) =>
    slice(padded, [0, ...offset, 0], [batchSize, ...places, channels]),
  );
  const rows = places.reduce((product, n) => product * n, batchSize);
  return reshape(concat(shifted, -1), [rows, shifted.length * channels]);
}

/** Every place of a kernel, the last axis fastest. */
function offsets([size, ...others]: readonly number[]): number[][] {
  if (size === undefined) return [[]];
  return Array.from({ length: size }, (_, k) => offsets(others).map((rest) => [k, ...rest])).flat();
}
