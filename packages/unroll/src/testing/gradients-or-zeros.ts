import { engine, type Tensor, zerosLike } from '@tensorflow/tfjs-core';

/** The gradients of a loss, which are zeros where nothing depends on a tensor, such as the bias of a cell that normalises instead. */
export function gradientsOrZeros(loss: () => Tensor, at: readonly Tensor[]): Tensor[] {
  const { grads } = engine().gradients(loss, [...at], undefined, true);
  return grads.map((gradient: Tensor | null, k) => gradient ?? zerosLike(at[k] as Tensor));
}
