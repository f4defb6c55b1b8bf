import { backend as backendInUse, type KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core';

/** The TensorFlow.js backends whose data lie in host memory. */
export const hostBackends = ['wasm', 'cpu', 'tensorflow'] as const;

/** Why the backend in use, one of the host's, does not keep its data there after all. */
export function notOnHost(): string | undefined {
  const { isUsingGpuDevice } = backendInUse() as { isUsingGpuDevice?: boolean };
  return isUsingGpuDevice ? 'TensorFlow computes on a GPU, the engine on the host' : undefined;
}

/** What `@tensorflow/tfjs-backend-wasm` has besides. */
interface WasmBackend extends KernelBackend {
  typedArrayFromHeap(info: TensorInfo): Float32Array | Int32Array;
}

const isWasm = (backend: KernelBackend): backend is WasmBackend => 'typedArrayFromHeap' in backend;

/** A tensor's values, to be read before the next tensor is made and not kept: on wasm a view of its memory, which moves when it grows. */
export function valuesOf(backend: KernelBackend, info: TensorInfo): Float32Array | Int32Array {
  return isWasm(backend) ? backend.typedArrayFromHeap(info) : (backend.readSync(info.dataId) as Float32Array);
}

/** A new float32 tensor of these values, which may lie in the engine's memory: wasm copies what it is given, the others keep it. */
export function newTensor(backend: KernelBackend, values: Float32Array, shape: number[]): TensorInfo {
  const dataId = backend.write(isWasm(backend) ? values : values.slice(), shape, 'float32');
  return { dataId, shape, dtype: 'float32' };
}
