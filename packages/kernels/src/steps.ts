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
 * `[T, B, …]` to T tensors `[B, …]`, in two stages of about √T pieces each: the wasm backend copies the whole of what it slices for each
 * slice, so that `unstack` alone would copy T times the tensor.
 */
export function toSteps<Step extends Tensor = Tensor2D>(x: Tensor): Step[] {
  return pieces(x, Math.ceil(Math.sqrt(x.shape[0] as number))).flatMap((part) => {
    const [n, ...shape] = part.shape;
    // TensorFlow.js has no gradient for an unstack into one.
    return (n === 1 ? [reshape(part, shape)] : unstack(part)) as Step[];
  });
}

/** T tensors `[B, …]`, at least one, to `[T, B, …]`; its gradient takes the way of `toSteps`. */
export function fromSteps<X extends Tensor = Tensor3D>(steps: readonly Tensor[]): X {
  const join = customGrad((...args) => ({
    value: stack(args.slice(0, steps.length) as Tensor[]),
    gradFunc: (dy: Tensor) => toSteps(dy),
  }));
  return join(...steps) as X;
}

/** The first `steps` of `[T, B, …]` in pieces of `size`, the last as long as is left. One split, as its gradient is one concatenation. */
export function pieces<X extends Tensor>(x: X, size: number, steps = x.shape[0] as number): X[] {
  const T = x.shape[0] as number;
  const sizes = Array.from({ length: Math.ceil(steps / size) }, (_, k) => Math.min(size, steps - k * size));
  // TensorFlow.js has no gradient for a split into one.
  if (sizes.length === 1 && steps === T) return [x];
  if (sizes.length === 0) return [];
  return split(x, steps < T ? [...sizes, T - steps] : sizes, 0).slice(0, sizes.length) as X[];
}
