import {
  concat,
  type KernelBackend,
  registerGradient,
  registerKernel,
  stack,
  type Tensor,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { type PartsAttributes, partsKernel } from '../parts';
import { makeTensor, viewTensor } from './host-data';

/** Registers the kernel of `parts` for the wasm backend, whose own slices copy the whole tensor first. */
export function registerParts(): void {
  registerKernel({
    kernelName: partsKernel,
    backendName: 'wasm',
    kernelFunc: ({ inputs: { x }, attrs, backend }) =>
      partsOf(backend as KernelBackend, x as TensorInfo, attrs as unknown as PartsAttributes),
  });
  registerGradient({
    kernelName: partsKernel,
    gradFunc: (dys, _saved, attrs) => {
      const { axis, squeezed } = attrs as unknown as PartsAttributes;
      return { x: () => (squeezed ? stack : concat)(dys as Tensor[], axis) };
    },
  });
}

function partsOf(backend: KernelBackend, x: TensorInfo, { axis, sizes, squeezed }: PartsAttributes): TensorInfo[] {
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const [rows, inner] = [util.sizeFromShape(before), util.sizeFromShape(after)];
  const row = (x.shape[axis] as number) * inner;
  let begin = 0;
  return sizes.map((size) => {
    const part = makeTensor(backend, [...before, ...(squeezed ? [] : [size]), ...after], x.dtype);
    // Anew for each part: what is made may move the backend's memory.
    const [from, to] = [viewTensor(backend, x), viewTensor(backend, part)];
    const width = size * inner;
    for (let k = 0; k < rows; k++) to.set(from.subarray(k * row + begin, k * row + begin + width), k * width);
    begin += width;
    return part;
  });
}
