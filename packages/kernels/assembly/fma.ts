// RELAXED is a constant of the build: 1 in the module for relaxed SIMD, 0 in the plain one.

/** a · b + c; in one rounding where the machine has it. */
@inline export function fma(a: v128, b: v128, c: v128): v128 {
  if (RELAXED) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}
