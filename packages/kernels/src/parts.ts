import {
  concat,
  engine as core,
  customGrad,
  getBackend,
  getKernel,
  split,
  type Tensor,
  unstack,
} from '@tensorflow/tfjs-core';

/** Of a backend that has it: the parts of a tensor, for one copy of it in all. */
export const partsKernel = 'RnnParts';

export interface PartsAttributes {
  readonly axis: number;
  /** Along the axis, of each part. */
  readonly sizes: readonly number[];
  /** Whether the axis, along which each part is 1, is left out of its shape. */
  readonly squeezed: boolean;
}

/**
 * What `split` gives: the parts of these sizes along an axis. Where TensorFlow.js copies the whole of a tensor for each part, as on wasm, a kernel
 * of our own does not.
 */
export function parts<X extends Tensor>(x: X, sizes: readonly number[], axis: number): X[] {
  if (sizes.length === 0) return [];
  // TensorFlow.js has no gradient for a split into one.
  if (sizes.length === 1) return [x];
  return runParts(x, { axis, sizes, squeezed: false }) ?? split(x, [...sizes], axis);
}

/** What `unstack` gives: a tensor at each place along the first axis, of which there are two at least. */
export const rowsOf = (x: Tensor): Tensor[] =>
  runParts(x, { axis: 0, sizes: new Array(x.shape[0]).fill(1), squeezed: true }) ?? unstack(x);

/** What `concat` gives, along an axis that may count from the last, -1; its gradient takes the way of `parts`. */
export function joined<X extends Tensor>(tensors: readonly X[], axis: number): X {
  const [first] = tensors as readonly [X];
  if (tensors.length === 1) return first;
  const at = axis < 0 ? first.rank + axis : axis;
  const sizes = tensors.map(({ shape }) => shape[at] as number);
  const join = customGrad((...args) => ({
    value: concat(args.slice(0, tensors.length) as Tensor[], at),
    gradFunc: (dy: Tensor) => parts(dy, sizes, at),
  }));
  return join(...tensors) as X;
}

function runParts<X extends Tensor>(x: X, attributes: PartsAttributes): X[] | undefined {
  if (getKernel(partsKernel, getBackend()) === undefined || x.dtype === 'string' || x.dtype === 'complex64') return;
  return core().runKernel(partsKernel, { x }, attributes as never) as unknown as X[];
}
