import { type TensorContainer, tidy } from '@tensorflow/tfjs-core';

/** `tidy` for a function that returns states: whatever tensors `compute` makes and does not return are freed, also when it throws. */
export function tidyState<T>(compute: () => T): T {
  // The engine finds tensors in any object; its type for them knows neither read-only tuples nor classes.
  return tidy(compute as unknown as () => TensorContainer) as unknown as T;
}
