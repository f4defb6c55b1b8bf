// Clipping to ±limit, with the gradient of TensorFlow.js' clipByValue: a value beyond the limit passes none, nor does NaN.

/** A NaN stays one: pmin and pmax give their first operand where a comparison is false. */
@inline export function clipped(x: v128, limit: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, f32x4.neg(limit)), limit);
}

/** The gradient where x passes it, and 0 elsewhere. */
@inline export function throughClip(gradient: v128, x: v128, limit: v128): v128 {
  return v128.and(gradient, f32x4.le(f32x4.abs(x), limit));
}
