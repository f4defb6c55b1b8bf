import { clipByValue, type Tensor2D } from '@tensorflow/tfjs-core';

/** `x` within ±limit, or as it is without a limit. A value that was clipped passes no gradient. */
export const clip = (x: Tensor2D, limit: number | undefined): Tensor2D =>
  limit === undefined ? x : clipByValue(x, -limit, limit);
