import { customGrad, reshape, stack, type Tensor, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { parts, rowsOf } from './parts';

/** `[T, B, …]` to T tensors `[B, …]`. */
export function toSteps<Step extends Tensor = Tensor2D>(x: Tensor): Step[] {
  const [T, ...shape] = x.shape;
  if (T === 0) return [];
  // TensorFlow.js has no gradient for an unstack into one.
  return (T === 1 ? [reshape(x, shape)] : rowsOf(x)) as Step[];
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
  if (sizes.length === 0) return [];
  return parts(x, steps < T ? [...sizes, T - steps] : sizes, 0).slice(0, sizes.length);
}
