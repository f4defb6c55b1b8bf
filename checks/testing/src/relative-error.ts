/** Below this the largest magnitude counts as zero, and the error is taken as it is. */
const allZero = 1e-6;

/**
 * The largest difference between two arrays, as a share of the largest magnitude wanted; infinite where the lengths differ or a value is
 * not a number. Every comparison of this project is made by it, so that one bound fits values of any scale.
 */
export function relativeError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let magnitude = 0;
  for (let i = 0; i < want.length; i++) {
    const d = Math.abs((got[i] as number) - (want[i] as number));
    if (Number.isNaN(d)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, d);
    magnitude = Math.max(magnitude, Math.abs(want[i] as number));
  }
  return magnitude < allZero ? difference : difference / magnitude;
}
