import { type TensorContainer, tidy } from '@tensorflow/tfjs-core';
import { atomically } from './weights/atomically';

/**
 * `tidy` for a function that returns states: whatever tensors `compute` makes and does not return are freed. When it throws, the weights
 * that it made are freed as well, and their cells are as before.
 */
export function tidyState<T>(compute: () => T): T {
  // The engine finds tensors in any object; its type for them knows neither read-only tuples nor classes.
  return atomically(() => tidy(compute as unknown as () => TensorContainer) as unknown as T);
}
