import { engineIfMade } from './engine';
import { freeDropped } from './waiting';

/** The WebAssembly engine's memory; zero before its first use. */
export interface EngineMemory {
  /** Held for gradients to come; zero between training steps. */
  readonly usedBytes: number;
  /** What the memory has grown to. It never shrinks, and is used again. */
  readonly totalBytes: number;
}

/**
 * What the WebAssembly engine's memory holds now; asking does not start the engine. TensorFlow.js' `memory()` knows nothing of it.
 *
 * @example
 * ```ts
 * import { memory } from '@rnn/kernels';
 *
 * console.log(memory()); // { usedBytes: 0, totalBytes: 0 }
 * ```
 */
export function memory(): EngineMemory {
  freeDropped();
  const { usedBytes = 0, totalBytes = 0 } = engineIfMade()?.arena ?? {};
  return { usedBytes, totalBytes };
}
