import {
  customGrad,
  reshape,
  split,
  stack,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  unstack,
} from '@tensorflow/tfjs-core';

/**
 * `[T, B, G]` to T tensors `[B, G]`, in two stages of about √T pieces each: the wasm backend copies the whole of what it slices for each
 * slice, so that `unstack` alone would copy T times the tensor.
 */
export function toSteps(x: Tensor3D): Tensor2D[] {
  return pieces(x, Math.ceil(Math.sqrt(x.shape[0]))).flatMap((part) => {
    const [n, B, G] = part.shape;
    // TensorFlow.js has no gradient for an unstack into one.
    return n === 1 ? [reshape(part, [B, G])] : (unstack(part) as Tensor2D[]);
  });
}

/** T tensors `[B, G]`, at least one, to `[T, B, G]`; its gradient takes the way of `toSteps`. */
export function fromSteps(steps: readonly Tensor2D[]): Tensor3D {
  const join = customGrad((...args) => ({
    value: stack(args.slice(0, steps.length) as Tensor[]),
    gradFunc: (dy: Tensor) => toSteps(dy as Tensor3D),
  }));
  return join(...steps) as Tensor3D;
}

/** The first `steps` of `[T, B, D]` in pieces of `size`, the last as long as is left. One split, as its gradient is one concatenation. */
export function pieces(x: Tensor3D, size: number, steps = x.shape[0]): Tensor3D[] {
  const T = x.shape[0];
  const sizes = Array.from({ length: Math.ceil(steps / size) }, (_, k) => Math.min(size, steps - k * size));
  // TensorFlow.js has no gradient for a split into one.
  if (sizes.length === 1 && steps === T) return [x];
  if (sizes.length === 0) return [];
  return split<Tensor3D>(x, steps < T ? [...sizes, T - steps] : sizes, 0).slice(0, sizes.length);
}
