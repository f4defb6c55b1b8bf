import {
  engine as core,
  type DataType,
  type KernelBackend,
  type Tensor,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { KernelError } from '../kernel-error';

/** The wasm backend's way to its memory. */
interface WasmBackend extends KernelBackend {
  /** Its module's memory is exported, or, of the build with threads, imported. */
  readonly wasm: {
    readonly asm?: { readonly memory?: WebAssembly.Memory };
    readonly wasmMemory?: WebAssembly.Memory;
  };
  getMemoryOffset(dataId: object): number;
  typedArrayFromHeap(info: TensorInfo): Float32Array;
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
}

const isWasm = (backend: KernelBackend): backend is WasmBackend => 'typedArrayFromHeap' in backend;

/** A tensor's numbers, where possible without a copy: to be read at once, and not kept. */
export function viewTensor(backend: KernelBackend, info: TensorInfo): Float32Array {
  if (!isWasm(backend)) return backend.readSync(info.dataId) as Float32Array;
  // What lies on another backend moves here first, which may move the memory too.
  backend.getMemoryOffset(info.dataId);
  return backend.typedArrayFromHeap(info);
}

/**
 * A float32 tensor's numbers, where possible without a copy: to be read at once, neither kept nor written to. It waits for the device where they are
 * not in host memory. Throws `KernelError` for a tensor of another dtype.
 */
export function numbersOf(tensor: Tensor): Float32Array {
  if (tensor.dtype !== 'float32')
    throw new KernelError('numbersOf', 'a float32 tensor', tensor.dtype, 'Cast it first.');
  const { backend } = core();
  return isWasm(backend) ? viewTensor(backend, tensor) : tensor.dataSync<'float32'>();
}

/** The memory of WebAssembly that the backend's tensors lie in, where it has one and shows it. */
export const memoryOf = (backend: KernelBackend): WebAssembly.Memory | undefined =>
  isWasm(backend) ? (backend.wasm.asm?.memory ?? backend.wasm.wasmMemory) : undefined;

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

/**
 * A tensor of the wasm backend, whose numbers are still to be written into its view. Throws `KernelError` where there is no room for it, which the
 * backend itself does not tell.
 */
export function makeTensor(backend: KernelBackend, shape: number[], dtype: DataType): TensorInfo {
  const info = (backend as WasmBackend).makeOutput(shape, dtype);
  if ((backend as WasmBackend).getMemoryOffset(info.dataId) > 0 || util.sizeFromShape(shape) === 0) return info;
  backend.disposeData(info.dataId);
  const size = `${util.sizeFromShape(shape)} numbers`;
  throw new KernelError('wasm', `room for a tensor of ${size} in the memory of TensorFlow.js`, 'none');
}
