import { freeDropped } from '../tape';
import { engineIfMade } from './engine';

/** The WebAssembly engine's memory; zero before its first use. */
export interface EngineMemory {
  /** Held for gradients to come; zero between training steps. */
  readonly usedBytes: number;
  /** Weights as inference reads them, kept for as long as their tensors are there; at most a sixteenth of what the memory may grow to. */
  readonly weightBytes: number;
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
 * console.log(memory()); // { usedBytes: 0, weightBytes: 0, totalBytes: 0 }
 * ```
 */
export function memory(): EngineMemory {
  freeDropped();
  const engine = engineIfMade();
  if (engine === undefined) return { usedBytes: 0, weightBytes: 0, totalBytes: 0 };
  engine.weights.sweep();
  return { usedBytes: engine.heldBytes, weightBytes: engine.weights.bytes, totalBytes: engine.arena.totalBytes };
}
