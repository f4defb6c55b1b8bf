import { concat, reshape, type Tensor1D, type Tensor2D, transpose } from '@tensorflow/tfjs-core';

/**
 * All weights of one layer in cuDNN's order, flat: the matrices by which it multiplies its inputs, then those for its state, gate by gate
 * and transposed, then the biases of the inputs' products and those of the state's.
 *
 * `kernels`: `[rows, gates · H]` each, of any number of gates; `biases`: `[gates · H]` each. The gates are i, f, c, o of an LSTM and r, u, n of a GRU.
 */
export function cudnnParams(kernels: readonly Tensor2D[], biases: readonly Tensor1D[]): Tensor1D {
  return concat([...kernels.map((kernel) => reshape(transpose(kernel), [-1]) as Tensor1D), ...biases]);
}
