import type { KernelBackend } from '@tensorflow/tfjs-core';
import { memoryOf } from './host-data';
import { moduleBytes } from './module-bytes';

type Update = (count: number, ...addressesAndConstants: number[]) => void;

/** The functions of assembly/updates.ts: `count` floats at each address, those given and then those of the results, and constants. */
export interface UpdateFunctions {
  readonly adam: Update;
  readonly adagrad: Update;
  readonly momentum: Update;
  readonly scale: Update;
  readonly sumOfSquares: (count: number, list: number) => number;
}

const made = new WeakMap<WebAssembly.Memory, UpdateFunctions | undefined>();

/** The functions in the memory where the backend's tensors lie; undefined where that is not WebAssembly's, or is none that the module can share. */
export function updatesInPlace(backend: KernelBackend): UpdateFunctions | undefined {
  const memory = memoryOf(backend);
  if (memory === undefined) return undefined;
  if (!made.has(memory)) made.set(memory, functionsIn(memory));
  return made.get(memory);
}

function functionsIn(memory: WebAssembly.Memory): UpdateFunctions | undefined {
  const shared = !(memory.buffer instanceof ArrayBuffer);
  try {
    const module = new WebAssembly.Module(moduleBytes('updates', shared));
    return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as UpdateFunctions;
  } catch (error) {
    // A build of TensorFlow.js whose memory has no limit, say. The engine does it, with copies.
    if (error instanceof WebAssembly.LinkError) return undefined;
    throw error;
  }
}
