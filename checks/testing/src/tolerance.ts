interface Tolerance {
  /** Outputs, states and losses. */
  readonly forward: number;
  /** Gradients, and weights after some updates: sums of many products of rounded values. */
  readonly gradient: number;
}

/** float32 keeps 24 bits, 6e-8; a sequence of a few dozen steps stays ten times inside these bounds. */
const float32: Tolerance = { forward: 1e-5, gradient: 1e-4 };

/** How far a backend may be from float64, relative to the largest magnitude. A backend that needs more gets a line of its own, with its reason. */
const byBackend: Record<string, Tolerance> = { cpu: float32, wasm: float32, tensorflow: float32, webgpu: float32 };

export function tolerance(backend: string): Tolerance {
  const found = byBackend[backend];
  if (found === undefined) throw new Error(`tolerance: no bound is set for the backend '${backend}'`);
  return found;
}
