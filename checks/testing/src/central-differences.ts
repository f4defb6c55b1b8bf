/**
 * The gradient of `f` at `x` by central differences, one entry at a time: (f(x + h) - f(x - h)) / 2h. For an `f` in float32, h = 1/64 loses
 * about 1e-4 to rounding and to curvature alike.
 */
export function centralDifferences(f: (x: Float32Array) => number, x: ArrayLike<number>, h = 1 / 64): number[] {
  return Array.from({ length: x.length }, (_, i) => {
    const moved = Float32Array.from(x);
    moved[i] = (x[i] as number) + h;
    const above = f(moved);
    moved[i] = (x[i] as number) - h;
    return (above - f(moved)) / (2 * h);
  });
}
