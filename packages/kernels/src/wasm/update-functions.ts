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

const made = new WeakMap<WebAssembly.Memory, UpdateFunctions>();

/** The functions in the memory where the backend's tensors lie; undefined where that is not WebAssembly's. */
export function updatesInPlace(backend: KernelBackend): UpdateFunctions | undefined {
  const memory = memoryOf(backend);
  if (memory === undefined) return undefined;
  let functions = made.get(memory);
  if (functions === undefined) {
    const shared = !(memory.buffer instanceof ArrayBuffer);
    const module = new WebAssembly.Module(moduleBytes('updates', shared));
    functions = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as UpdateFunctions;
    made.set(memory, functions);
  }
  return functions;
}
