import { clipByGlobalNorm as clip } from '@rnn/kernels';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { checkPositive } from '../checks';

/** Gradients by their variables' names, and their norm before clipping. Whoever asked for them frees them. */
export interface ClippedGradients {
  readonly gradients: Map<string, Tensor>;
  /** `[]` */
  readonly norm: Scalar;
}

/**
 * Shortens gradients together, where they are longer than `clipNorm`, so that their direction stays (`tf.clip_by_global_norm`):
 *
 *     norm = √Σ g², over all gradients;   g' = g · clipNorm / max(norm, clipNorm)
 *
 * A norm that is infinite or NaN makes every gradient NaN. Throws `ArgumentError` unless `clipNorm` is above 0.
 */
export function clipByGlobalNorm(gradients: ReadonlyMap<string, Tensor>, clipNorm: number): ClippedGradients {
  checkPositive('clipByGlobalNorm', 'clipNorm', clipNorm);
  const clipped = clip({ gradients: [...gradients.values()], clipNorm });
  return {
    gradients: new Map([...gradients.keys()].map((name, k) => [name, clipped.gradients[k] as Tensor])),
    norm: clipped.norm,
  };
}
