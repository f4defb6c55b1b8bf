import { concat, pad, type Rank, reshape, slice, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';

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
  // The last axis of places and the channels as one: of five axes TensorFlow.js' pad makes no valid program on webgpu.
  const joined = (sizes: readonly number[]): number[] => [...sizes.slice(0, -1), (sizes.at(-1) ?? 0) * channels];
  const before = joined(kernelShape.map((size) => Math.floor((size - 1) / 2)));
  const after = joined(kernelShape.map((size) => Math.ceil((size - 1) / 2)));
  const around = before.map((zeros, axis): [number, number] => [zeros, after[axis] as number]);
  const sizes = [batchSize, ...joined(places)];
  const padded = pad(reshape(x, sizes), [[0, 0], ...around]);
  const rows = places.reduce((product, n) => product * n, batchSize);
  const shifted = offsets(kernelShape).map((offset) =>
    reshape<Rank.R2>(slice(padded, [0, ...joined(offset)], sizes), [rows, channels]),
  );
  return concat(shifted, 1);
}

/** Every place of a kernel, the last axis fastest. */
function offsets([size, ...others]: readonly number[]): number[][] {
  if (size === undefined) return [[]];
  return Array.from({ length: size }, (_, k) => offsets(others).map((rest) => [k, ...rest])).flat();
}
