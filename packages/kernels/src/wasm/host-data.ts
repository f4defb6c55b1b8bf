import type { DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';

/** The wasm backend's way to its memory. */
interface WasmBackend extends KernelBackend {
  typedArrayFromHeap(info: TensorInfo): Float32Array;
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
}

const isWasm = (backend: KernelBackend): backend is WasmBackend => 'typedArrayFromHeap' in backend;

/** A tensor's numbers, where possible without a copy: to be read at once, and not kept. */
export const viewTensor = (backend: KernelBackend, info: TensorInfo): Float32Array =>
  isWasm(backend) ? backend.typedArrayFromHeap(info) : (backend.readSync(info.dataId) as Float32Array);

/**
 * Whether the backend alone can write to its tensors' numbers. The others keep the array that a tensor was made from, which the program may write to.
 */
export const ownsNumbers = isWasm as (backend: KernelBackend) => boolean;

/** A tensor with a copy of the numbers in `view`. */
export function writeTensor(backend: KernelBackend, view: Float32Array, shape: number[]): TensorInfo {
  // The wasm backend copies what it is given; the others keep it.
  const dataId = backend.write(isWasm(backend) ? view : view.slice(), shape, 'float32');
  return { dataId, shape, dtype: 'float32' };
}

/** A tensor of the wasm backend, whose numbers are still to be written into its view. */
export const makeTensor = (backend: KernelBackend, shape: number[], dtype: DataType): TensorInfo =>
  (backend as WasmBackend).makeOutput(shape, dtype);
