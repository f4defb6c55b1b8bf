import { findBackend, util } from '@tensorflow/tfjs-core';

/** What is used of WebGPU, whose types need the DOM's. */
interface GpuBuffer {
  readonly size: number;
  readonly mapState: 'unmapped' | 'pending' | 'mapped';
  mapAsync(mode: number): Promise<void>;
  getMappedRange(): ArrayBuffer;
  unmap(): void;
}
/** What is used of TensorFlow.js' backend `webgpu`. */
interface WebgpuBackend {
  readonly tensorMap: { get(id: object): { dtype: 'float32'; values: unknown; resource: GpuBuffer } };
  readonly bufferManager: { acquireBuffer(size: number, usage: number): GpuBuffer; releaseBuffer(b: GpuBuffer): void };
  readonly commandEncoder: { copyBufferToBuffer(a: GpuBuffer, at: number, b: GpuBuffer, to: number, n: number): void };
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  convertAndCacheOnCPU(id: object, values: unknown): unknown;
  readSync(id: object): unknown;
}

/** Values of WebGPU's `GPUMapMode` and `GPUBufferUsage`. */
const [read, mapRead, copyDst] = [1, 1, 8];

const nothing = new Int32Array(new SharedArrayBuffer(4));

/**
 * Makes `dataSync` work on webgpu in Node, so that one test fits every backend; TensorFlow.js would read through canvases, which Node has not.
 * Dawn hears from the device in callbacks that it gives to `setImmediate`: while a read waits, those are run on the spot. To be called before
 * Dawn is loaded; what it returns, once the backend has started.
 */
export function hearDawn(): () => void {
  const waiting = new Map<NodeJS.Immediate, () => void>();
  const later = globalThis.setImmediate;
  const hear = <T extends unknown[]>(call: (...args: T) => void, ...args: T) => {
    const run = () => {
      waiting.delete(immediate);
      call(...args);
    };
    const immediate = later(run);
    waiting.set(immediate, run);
    return immediate;
  };
  globalThis.setImmediate = Object.assign(hear, later);
  return () => {
    const backend = findBackend('webgpu') as unknown as WebgpuBackend;
    backend.readSync = (id) => {
      const { dtype, values, resource } = backend.tensorMap.get(id);
      if (values != null) return values;
      const copy = backend.bufferManager.acquireBuffer(resource.size, mapRead | copyDst);
      backend.ensureCommandEncoderReady();
      backend.endComputePassEncoder();
      backend.commandEncoder.copyBufferToBuffer(resource, 0, copy, 0, resource.size);
      backend.submitQueue();
      void copy.mapAsync(read);
      for (let ms = 0; copy.mapState === 'pending'; ms = 0.2) {
        Atomics.wait(nothing, 0, 0, ms);
        for (const [immediate, run] of [...waiting]) {
          clearImmediate(immediate);
          run();
        }
      }
      const bytes = copy.getMappedRange().slice(0);
      copy.unmap();
      backend.bufferManager.releaseBuffer(copy);
      return backend.convertAndCacheOnCPU(id, util.convertBackendValuesAndArrayBuffer(bytes as never, dtype));
    };
  };
}
