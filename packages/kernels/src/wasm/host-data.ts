import { engine as core, type DataType, type KernelBackend, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';

/** The wasm backend's way to its memory. */
interface WasmBackend extends KernelBackend {
  readonly wasm: { readonly asm?: { readonly memory?: WebAssembly.Memory } };
  typedArrayFromHeap(info: TensorInfo): Float32Array;
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
}

const isWasm = (backend: KernelBackend): backend is WasmBackend => 'typedArrayFromHeap' in backend;

/** A tensor's numbers, where possible without a copy: to be read at once, and not kept. */
export const viewTensor = (backend: KernelBackend, info: TensorInfo): Float32Array =>
  isWasm(backend) ? backend.typedArrayFromHeap(info) : (backend.readSync(info.dataId) as Float32Array);

/**
 * A float32 tensor's numbers, where possible without a copy: to be read at once, neither kept nor written to. It waits for the device where they are
 * not in host memory.
 */
export const numbersOf = (tensor: Tensor): Float32Array => viewTensor(core().backend, tensor);

/** The memory of WebAssembly that the backend's tensors lie in, where it has one and shows it. */
export const memoryOf = (backend: KernelBackend): WebAssembly.Memory | undefined =>
  isWasm(backend) ? backend.wasm.asm?.memory : undefined;

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
